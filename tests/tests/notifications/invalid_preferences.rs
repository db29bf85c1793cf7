//! Preferences that are wrong: each type with each class of wrong value.

use leopard_tests::support::leopard::Leopard;
use leopard_tests::support::rest::Answer;
use leopard_tests::support::user::User;
use serde_json::{Map, Value, json};

const PATH: &str = "/api/v1/notifications/preferences/";

async fn put(user: &User, body: Value) -> Answer {
    Answer::to(user.api.request("PUT", PATH).json(&body)).await
}

#[tokio::test]
async fn what_is_wrong_is_said_by_type_and_nothing_is_switched() {
    let leopard = Leopard::start(&[]).await;
    let alice = leopard.user("alice").await;
    let before = alice.api.get(PATH).await.expect(200);
    let kinds = before.as_object().expect("an object").keys();
    for kind in kinds {
        for value in [
            json!("false"),
            json!(0),
            json!(1.5),
            json!([false]),
            json!({}),
        ] {
            let answer = put(&alice, json!({kind: value})).await;
            let problem = answer.problem(400, "invalid");
            let expected = json!({kind: ["Must be a valid boolean."]});
            assert_eq!(problem["errors"], expected, "{value}");
        }
        let problem = put(&alice, json!({kind: null}))
            .await
            .problem(400, "invalid");
        let expected = json!({kind: ["This field may not be null."]});
        assert_eq!(problem["errors"], expected);
    }
    for name in [
        "TASK_ASIGNED",
        "task_assigned",
        "TASK_ASSIGNED ",
        "",
        "日本",
    ] {
        let problem = put(&alice, json!({name: false})).await;
        let problem = problem.problem(400, "invalid");
        let expected = json!({name: [format!("\"{name}\" is not a valid choice.")]});
        assert_eq!(problem["errors"], expected);
    }
    let several = json!({
        "SYSTEM_ALERT": false, "TASK_OVERDUE": false, "TASK_ASSIGNED": null, "EVERYTHING": false,
    });
    let problem = put(&alice, several).await.problem(400, "invalid");
    let expected = json!({
        "SYSTEM_ALERT": ["This type cannot be switched off."],
        "TASK_ASSIGNED": ["This field may not be null."],
        "EVERYTHING": ["\"EVERYTHING\" is not a valid choice."],
    });
    assert_eq!(problem["errors"], expected);

    let problem = put(&alice, json!(["TASK_ASSIGNED"])).await;
    let expected =
        json!({"non_field_errors": ["Invalid data. Expected a dictionary, but got list."]});
    assert_eq!(problem.problem(400, "invalid")["errors"], expected);
    let nothing = Answer::to(alice.api.request("PUT", PATH)).await;
    nothing.problem(400, "parse_error");
    alice
        .api
        .patch(PATH, json!({}))
        .await
        .problem(405, "method_not_allowed");
    assert_eq!(alice.api.get(PATH).await.expect(200), before);
}

#[tokio::test]
async fn a_flood_of_wrong_names_is_answered_in_short() {
    let leopard = Leopard::start(&[]).await;
    let alice = leopard.user("alice").await;
    let flood: Map<_, _> = (0..50_000)
        .map(|number| (format!("T{number}"), json!(false)))
        .collect();
    let answer = put(&alice, Value::Object(flood)).await;
    assert!(answer.body.len() < 10_000, "{} bytes", answer.body.len());
    let problem = answer.problem(400, "invalid");
    assert_eq!(problem["errors"].as_object().map(Map::len), Some(20));
}
