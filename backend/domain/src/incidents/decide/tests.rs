mod properties;
mod table;
mod world;
