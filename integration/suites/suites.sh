# The suites, their time-outs, and how their results are added up. Sourced by integration/run.

passed=0 failed=0 skipped=0

# name | seconds until it is ended | steps whose "must show" rows it writes | command
SUITES=(
  "format|120||cargo fmt --all --check"
  "lints|1500||cargo clippy --release --workspace --all-targets --locked -- -D warnings"
  "units|900||cargo test --release --workspace --exclude integration --exclude store --lib --bins --tests --locked --no-fail-fast"
  "store|600||cargo test --release -p store --locked --no-fail-fast"
  "architecture|120||cargo test --release -p integration --locked --no-fail-fast --test architecture --test parts --test catalogue"
  "contract|300|1|cargo test --release -p integration --locked --no-fail-fast --test contract"
  "scenarios|900||cargo test --release -p integration --locked --no-fail-fast --lib --test stores --test scenarios --test routes"
  "witness|900|1,3|cargo test --release -p integration --locked --no-fail-fast --test witness"
  "commands|900|1,2,3|cargo test --release -p integration --locked --no-fail-fast --test commands"
  "crash|2400|1,4|cargo test --release -p integration --locked --no-fail-fast --test crash"
  "power|900|4|cargo test --release -p integration --locked --no-fail-fast --test faults power::"
  "planted|900|4|cargo test --release -p integration --locked --no-fail-fast --test faults planted::"
  "io_faults|3900|4|cargo test --release -p integration --locked --no-fail-fast --test faults io_faults::"
  "timers|1500|4|cargo test --release -p integration --locked --no-fail-fast --test faults timers::"
  "connections|600|3|cargo test --release -p integration --locked --no-fail-fast --test connections --test sip"
  "simulation|3000|4|cargo test --release -p integration --locked --no-fail-fast --test simulation"
  "fuzz|600|1|cargo test --release -p integration --locked --no-fail-fast --test schemathesis"
  "browser|300||cargo test --release -p integration --locked --no-fail-fast --test browser"
  "backup|600|4|cargo test --release -p integration --locked --no-fail-fast --test backup -- --test-threads=1"
  "storm|900|4|cargo test --release -p integration --locked --no-fail-fast --test storm -- --test-threads=1"
  "wedged|300|2,4|cargo test --release -p integration --locked --no-fail-fast --test wedged"
  "hostile|3000|3|cargo test --release -p integration --locked --no-fail-fast --test hostile"
  "decoding|1500|3|integration/bench/decode \$whole_bars"
  "oracle|1800|2|python3 integration/bench/reach_oracle.py \$ANLIN_BIN"
  "decision|900|2|integration/bench/decision \$whole_bars"
  "peers|3600|2|integration/bench/peers/run --mark-busy --no-report --scorecard --jobs 2 \$whole_bars \$peers"
)

suite_names() { local suite; for suite in "${SUITES[@]}"; do echo "${suite%%|*}"; done; }

wanted() { # name steps
  if [ -n "$only" ]; then case ",$only," in *",$1,"*) return 0 ;; *) return 1 ;; esac; fi
  [ "$scorecard" = 1 ] || return 0
  case ",$2," in ,,) return 1 ;; *",${step:-$2},"*) return 0 ;; *) return 1 ;; esac
}

run_suites() {
  # Ratios and times count for 60 % of their bars in the normal run, and for all of them here.
  export whole_bars="" peers="--network oslo-east --network baoshan-dachang-shu"
  { [ "$deep" = 0 ] && [ "$scorecard" = 0 ]; } || whole_bars=--whole-bars
  [ "$deep" = 0 ] || peers=--deep
  need_schemathesis || echo "schemathesis is not there; its suite will fail"
  # An empty path makes the suite fail; without a path it would only be skipped.
  need_playwright || { export NODE_PATH=; echo "playwright-core is not there; its suite will fail"; }
  local suite name seconds steps command
  for suite in "${SUITES[@]}"; do
    IFS='|' read -r name seconds steps command <<<"$suite"
    wanted "$name" "$steps" && run_suite "$name" "$seconds" "$command"
  done
}

# A suite without a test result of its own counts as one test.
run_suite() {
  local name="$1" seconds="$2" command="$3" log="$work/logs/$1.log" began=$SECONDS code
  echo "== $name"
  timeout --kill-after=10 "$seconds" bash -c "$command" >"$log" 2>&1 </dev/null; code=$?
  local ok bad
  ok=$(awk '/^test result:/ { for (i = 1; i < NF; i++) if ($(i + 1) == "passed;") n += $i } END { print n + 0 }' "$log")
  bad=$(awk '/^test result:/ { for (i = 1; i < NF; i++) if ($(i + 1) == "failed;") n += $i } END { print n + 0 }' "$log")
  local gone; gone=$(grep -c '^skipped: ' "$log")
  if ! grep -q '^test result:' "$log"; then [ "$code" = 0 ] && ok=1 || bad=1; fi
  if [ "$code" != 0 ] && [ "$bad" = 0 ]; then bad=1; fi
  passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + gone))
  if [ "$bad" -gt 0 ]; then
    [ "$code" = 124 ] && echo "   ended after its $seconds s"
    grep -E "^(test .*FAILED|error|warning: unused|Diff in|thread .* panicked)|panicked at|assertion" "$log" | head -40
    tail -40 "$log"
  fi
  echo "   $name: $ok passed, $bad failed, $gone skipped, $((SECONDS - began)) s"
}

# A "must show" row that no suite wrote is a failure, not a silence.
EXPECTED_ROWS="1.1 1.2 1.3 1.4 1.5 1.6 1.7 1.8 2.1 2.2 2.3 2.4 2.5 2.6 2.7 2.8 2.9 2.10 2.11 2.12 2.13 3.1 3.2 3.3 3.4 3.5 3.6 3.7 4.1 4.2 4.3 4.5 4.6 4.7 4.8 4.10 4.11 4.12"

print_scorecard() {
  if [ -z "$only" ] && { [ -z "$step" ] || [ "$step" = 1 ]; }; then
    local verdict=PASS; [ "$failed" = 0 ] || verdict=FAIL
    [ "$scorecard" = 1 ] || echo "1.2 tests_on_sqlite_and_postgresql $passed 'all pass' $verdict" >"$work/rows/1.2.row"
    [ "$scorecard" = 1 ] && echo "1.2 must_show_suites_on_both_databases $passed 'all pass' $verdict" >"$work/rows/1.2.row"
  fi
  local row
  echo "== scorecard"
  cat "$work"/rows/*.row 2>/dev/null | { [ -n "$step" ] && grep "^$step\." || cat; } | sort -V
  [ -z "$only" ] || return 0
  for row in $EXPECTED_ROWS; do
    { [ -z "$step" ] || [ "${row%%.*}" = "$step" ]; } || continue
    grep -qs "^$row " "$work"/rows/*.row || { echo "$row not_measured - - FAIL"; failed=$((failed + 1)); }
  done
  # Times are printed and decide nothing: the machine of a run may be shared.
  failed=$((failed + $(find "$work/rows" -name '*.row' ! -name '*.timed.row' -exec grep -h ' FAIL' {} + | wc -l)))
}
