mod forged_tokens;
mod passwords;
mod tokens;
