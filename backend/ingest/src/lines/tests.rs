use super::*;

const SOS: &str =
    "[3G*9990000001*004b*AL,010124,080910,V,0.0,N,0.0,E,0,0,0,0,90,41,12,0,00010001,0,0]";

fn ask(object: &Value, protocol: Option<Protocol>) -> Value {
    serde_json::from_str(&answer(&object.to_string(), protocol)).expect("an answer is JSON")
}

#[test]
fn an_alarm_is_answered_in_full() {
    let line = serde_json::json!({"id": "a1", "protocol": "watch", "frame_text": SOS});
    let expected = serde_json::json!({
        "id": "a1", "ok": true, "kind": "AL", "device_id": "9990000001",
        "event_time": "2024-01-01T08:09:10Z",
        "position": {"lat": 0.0, "lon": 0.0, "valid": false},
        "alarms": ["sos", "low_battery"], "battery_pct": 41, "is_alarm": true, "history": false,
        "readings": {"steps": 12.0}, "first_frame_hex": null,
        "reply_hex": hex::encode("[3G*9990000001*0002*AL]"), "error": null,
    });
    assert_eq!(ask(&line, None), expected);
    assert_eq!(ask(&line, Some(Protocol::Watch)), expected);
}

#[test]
fn hex_and_a_stripped_delimiter_mean_the_same_as_text() {
    let whole = ask(
        &serde_json::json!({"protocol": "watch", "frame_text": SOS}),
        None,
    );
    let as_hex = serde_json::json!({"protocol": "watch", "frame_hex": hex::encode(SOS)});
    let stripped = serde_json::json!({
        "protocol": "watch", "frame_text": SOS.trim_end_matches(']'), "delimiter_stripped": "]",
    });
    assert_eq!(ask(&as_hex, None), whole);
    assert_eq!(ask(&stripped, None), whole);
}

#[test]
fn a_stream_shows_its_first_whole_frame_unescaped() {
    let bytes = b"noise[3G*9990000001*0006*TK,}\x03}\x01][3G*9990000001*0002*LK]";
    let line = serde_json::json!({
        "protocol": "watch", "stream": true, "frame_hex": hex::encode(bytes),
    });
    let answer = ask(&line, None);
    assert_eq!(
        answer["first_frame_hex"],
        hex::encode(b"[3G*9990000001*0006*TK,]}]")
    );
    assert_eq!(answer["kind"], "TK");
    let nothing = serde_json::json!({"protocol": "watch", "stream": true, "frame_text": "noise"});
    assert_eq!(ask(&nothing, None)["ok"], false);
}

#[test]
fn what_cannot_be_answered_says_why() {
    let cases = [
        ("{", "not JSON"),
        ("[1]", "not a JSON object"),
        (
            r#"{"id":1,"protocol":"telex","frame_text":""}"#,
            "protocol not supported",
        ),
        (r#"{"id":1,"frame_text":""}"#, "protocol not supported"),
        (r#"{"id":1,"protocol":"watch"}"#, "missing"),
        (
            r#"{"id":1,"protocol":"watch","frame_hex":"5"}"#,
            "frame_hex",
        ),
        (
            r#"{"id":1,"protocol":"watch","frame_text":"hello"}"#,
            "no frame",
        ),
    ];
    for (line, reason) in cases {
        let answer: Value = serde_json::from_str(&answer(line, None)).expect("JSON");
        assert_eq!(answer["ok"], false, "{line}");
        assert!(
            answer["error"].as_str().is_some_and(|e| e.contains(reason)),
            "{line}: {answer}"
        );
    }
}

#[test]
fn an_expectation_is_never_read() {
    let plain = serde_json::json!({"protocol": "watch", "frame_text": SOS});
    let mut told = plain.clone();
    told["expect"] = serde_json::json!({"decoded": {"alarms": ["fall"]}});
    assert_eq!(ask(&told, None), ask(&plain, None));
}

#[test]
fn a_run_counts_and_survives_long_and_broken_lines() {
    let mut input = Vec::from("\n{\"protocol\":\"watch\",\"frame_text\":\"[3G*99*0002*LK]\"}\n");
    input.extend(std::iter::repeat_n(b'x', 3 << 20));
    input.extend_from_slice(
        b"\n\xff\xfe\n{\"protocol\":\"watch\",\"frame_text\":\"[3G*99*0002*LK]\"}",
    );
    let mut output = Vec::new();
    let summary = run(&input[..], &mut output, None).expect("memory does not fail");
    assert_eq!(
        summary,
        Summary {
            lines: 4,
            refused: 2
        }
    );
    let output = String::from_utf8(output).expect("text");
    let oks: Vec<_> = output
        .lines()
        .map(|line| line.contains("\"ok\":true"))
        .collect();
    assert_eq!(oks, [true, false, false, true]);
}
