mod evidence;
mod ladders;
mod properties;
mod table;
mod world;
