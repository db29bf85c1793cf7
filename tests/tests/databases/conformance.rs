//! The conformance suite over every store.

use leopard_testkit::conformance;

conformance!(memory, leopard_tests::conformance::memory);
conformance!(sqlite, leopard_tests::conformance::sqlite);
conformance!(postgres, leopard_tests::conformance::postgres);
