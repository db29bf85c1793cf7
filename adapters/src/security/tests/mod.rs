mod forged_tokens;
mod passwords;
mod token_properties;
mod tokens;
