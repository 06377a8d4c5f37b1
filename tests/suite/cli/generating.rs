//! `machinaka generate`.

use super::*;

#[test]
fn whoever_stops_reading_what_is_generated_has_no_failure() {
    let script = format!("{PROGRAM} generate --count 20000 | head -n 1; exit ${{PIPESTATUS[0]}}");
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", err(&output));
    assert_eq!(out(&output).lines().count(), 1);
}

#[test]
fn generated_facilities_are_the_same_for_a_seed_and_can_be_imported() {
    let one = run(&["generate", "--count", "500", "--seed", "7"]);
    assert!(one.status.success(), "{}", err(&one));
    assert_eq!(
        one.stdout,
        run(&["generate", "--count", "500", "--seed", "7"]).stdout
    );
    assert_ne!(
        one.stdout,
        run(&["generate", "--count", "500", "--seed", "8"]).stdout
    );
    assert!(run(&["generate", "--count", "0"]).stdout.is_empty());
    let text = out(&one);
    assert_eq!(text.lines().count(), 500);
    for line in text.lines() {
        let feature: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(feature["properties"]["synthetic"], true);
    }
    let files = Files::new();
    let database = format!("sqlite:{}", files.path("a.sqlite"));
    let file = files.write("made-up.geojsonl", &text);
    let output = run(&["import", &file, "--publish", "--database", &database]);
    assert!(output.status.success(), "{}{}", out(&output), err(&output));
    assert_eq!(changes(&database), "500");
    let again = run(&["import", &file, "--publish", "--database", &database]);
    assert!(again.status.success());
    assert_eq!(
        changes(&database),
        "500",
        "what was imported says the same again"
    );
}
