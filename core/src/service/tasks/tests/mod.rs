mod create;
mod office;
mod see;
