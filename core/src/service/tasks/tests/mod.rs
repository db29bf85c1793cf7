mod comment;
mod create;
mod delete;
mod edit;
mod edit_access;
mod office;
mod see;
