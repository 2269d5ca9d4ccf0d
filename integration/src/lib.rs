//! TestApp, fakes, scenarios, contract and architecture checks.
