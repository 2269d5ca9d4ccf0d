DROP TABLE street_closures;
