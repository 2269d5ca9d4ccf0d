mod evidence;
mod properties;
mod table;
mod world;
