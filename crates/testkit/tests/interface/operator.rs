//! The operator over HTTP: known by a key, and choosing which model speaks.

use serde_json::json;
use testkit::TestApp;
use testkit::app::OPERATOR_KEY;

#[tokio::test]
async fn only_the_key_of_the_machine_is_the_operators() {
    let app = TestApp::start().await;
    let aya = app.person("aya").await;
    let choice = json!({"name": "scripted/model"});
    for token in [
        aya.access.as_str(),
        aya.refresh.as_str(),
        "nonsense",
        &OPERATOR_KEY.to_uppercase(),
        &OPERATOR_KEY[1..],
        &format!("{OPERATOR_KEY}x"),
    ] {
        let guest = aya.showing(token);
        guest.ask("GET /operator/models").await.problem(401, "unauthenticated");
        guest.tell("PUT /operator/models/default", choice.clone()).await.problem(401, "unauthenticated");
    }
    let operator = aya.showing(OPERATOR_KEY);
    assert_eq!(operator.ask("GET /operator/models").await.with(200), aya.get("/models").await);
    assert_eq!(operator.tell("PUT /operator/models/default", choice).await.with(200)["default"], "scripted/model");
    for (wrong, field) in [
        (json!({"name": "no such model"}), "name"),
        (json!({"name": ""}), "name"),
        (json!({}), "name"),
        (json!({"name": 7}), "name"),
    ] {
        assert_eq!(operator.tell("PUT /operator/models/default", wrong).await.fields(), [field]);
    }
    operator.ask("GET /users/me").await.problem(401, "unauthenticated");
}
