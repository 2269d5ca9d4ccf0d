//! Composition: serves the contract, runs the workers; the binary anlin.
