//! Access rights: a table of all documented operations and kinds of callers.

use std::collections::{BTreeMap, BTreeSet};

use leopard_tests::support::access_scene::Scene;
use leopard_tests::support::document;
use leopard_tests::support::document::Operation;

/// The status of each operation for each caller. The task has an assignee, an assigner and a creator,
/// who was staff then. The assigner wrote its comment, which mentions `mentioned`, the reader to remove.
/// The notification is the assignee's, the user is another one. `stream` and `refresh` are other tokens of
/// the assignee. The columns from `send` on are API keys: of the assignee, with one scope each; of staff, to
/// read tasks and users; of a service, with every scope; and keys of the assignee and of the deactivated user
/// that are no longer valid.
/// `reopenTask` finds a completed task; `putNotificationType` creates what `deleteNotificationType` deletes; `logIn` uses the user of `createUser`.
const TABLE: &str = "
operation                anonymous stranger assignee assigner creator mentioned staff deactivated stream refresh send inbox read_tasks write_tasks read_users staff_key write_users issue_tokens service revoked expired gone_key
logIn                    200       200      200      200      200     200       200   200         200    200     200  200   200        200         200        200       200         200          200     200     200     200
refreshTokens            401       401      401      401      401     401       401   401         401    401     401  401   401        401         401        401       401         401          401     401     401     401
verifyToken              401       401      401      401      401     401       401   401         401    401     401  401   401        401         401        401       401         401          401     401     401     401
logOut                   401       401      401      401      401     401       401   401         401    401     401  401   401        401         401        401       401         401          401     401     401     401
createStreamToken        401       200      200      200      200     200       200   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
getMe                    401       200      200      200      200     200       200   401         401    401     200  200   200        200         200        200       200         200          200     401     401     401
changeMyPassword         401       400      400      400      400     400       400   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
listUsers                401       200      200      200      200     200       200   401         401    401     403  403   403        403         200        200       403         403          200     401     401     401
createUser               401       403      403      403      403     403       201   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
getUser                  401       403      403      403      403     403       200   401         401    401     403  403   403        403         403        200       403         403          403     401     401     401
updateUser               401       403      403      403      403     403       200   401         401    401     403  403   403        403         403        403       200         403          200     401     401     401
putUserByExternalId      401       403      403      403      403     403       200   401         401    401     403  403   403        403         403        403       200         403          200     401     401     401
getUserByExternalId      401       403      403      403      403     403       200   401         401    401     403  403   403        403         403        403       200         403          200     401     401     401
issueToken               401       403      403      403      403     403       200   401         401    401     403  403   403        403         403        403       403         200          200     401     401     401
issueTokenByExternalId   401       403      403      403      403     403       200   401         401    401     403  403   403        403         403        403       403         200          200     401     401     401
createMyApiKey           401       201      201      201      201     201       201   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
listMyApiKeys            401       200      200      200      200     200       200   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
revokeMyApiKey           401       404      404      404      404     404       404   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
createApiKey             401       403      403      403      403     403       201   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
listApiKeys              401       403      403      403      403     403       200   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
revokeApiKey             401       403      403      403      403     403       404   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
listTasks                401       200      200      200      200     200       200   401         401    401     403  403   200        200         403        200       403         403          200     401     401     401
createTask               401       201      201      201      201     201       201   401         401    401     403  403   403        201         403        403       403         403          201     401     401     401
createTaskAtCreate       401       201      201      201      201     201       201   401         401    401     403  403   403        201         403        403       403         403          201     401     401     401
listOverdueTasks         401       200      200      200      200     200       200   401         401    401     403  403   200        200         403        200       403         403          200     401     401     401
listTasksDueSoon         401       200      200      200      200     200       200   401         401    401     403  403   200        200         403        200       403         403          200     401     401     401
getTask                  401       404      200      200      200     200       200   401         401    401     403  403   200        200         403        200       403         403          404     401     401     401
replaceTask              401       404      200      200      200     403       200   401         401    401     403  403   403        200         403        403       403         403          404     401     401     401
updateTask               401       404      200      200      200     403       200   401         401    401     403  403   403        200         403        403       403         403          404     401     401     401
deleteTask               401       404      403      403      204     403       204   401         401    401     403  403   403        403         403        403       403         403          404     401     401     401
startTask                401       404      200      200      403     403       200   401         401    401     403  403   403        200         403        403       403         403          404     401     401     401
completeTask             401       404      200      200      403     403       200   401         401    401     403  403   403        200         403        403       403         403          404     401     401     401
cancelTask               401       404      200      200      403     403       200   401         401    401     403  403   403        200         403        403       403         403          404     401     401     401
reopenTask               401       404      200      200      403     403       200   401         401    401     403  403   403        200         403        403       403         403          404     401     401     401
assignTask               401       404      200      200      200     403       200   401         401    401     403  403   403        200         403        403       403         403          404     401     401     401
addTaskComment           401       404      200      200      200     200       200   401         401    401     403  403   403        200         403        403       403         403          404     401     401     401
listTaskComments         401       404      200      200      200     200       200   401         401    401     403  403   200        200         403        200       403         403          404     401     401     401
createTaskComment        401       404      201      201      201     201       201   401         401    401     403  403   403        201         403        403       403         403          404     401     401     401
deleteTaskComment        401       404      403      204      204     403       204   401         401    401     403  403   403        403         403        403       403         403          404     401     401     401
listTaskReaders          401       404      200      200      200     200       200   401         401    401     403  403   200        200         403        200       403         403          404     401     401     401
removeTaskReader         401       404      204      204      204     403       204   401         401    401     403  403   403        204         403        403       403         403          404     401     401     401
listNotifications        401       200      200      200      200     200       200   401         401    401     403  200   403        403         403        403       403         403          200     401     401     401
createNotifications      401       403      403      403      403     403       201   401         401    401     201  403   403        403         403        403       403         403          201     401     401     401
countUnreadNotifications 401       200      200      200      200     200       200   401         401    401     403  200   403        403         403        403       403         403          200     401     401     401
listOverdueNotifications 401       200      200      200      200     200       200   401         401    401     403  200   403        403         403        403       403         403          200     401     401     401
getPreferences           401       200      200      200      200     200       200   401         401    401     403  200   403        403         403        403       403         403          200     401     401     401
updatePreferences        401       200      200      200      200     200       200   401         401    401     403  200   403        403         403        403       403         403          200     401     401     401
getNotification          401       404      200      404      404     404       404   401         401    401     403  200   403        403         403        403       403         403          404     401     401     401
deleteNotification       401       404      204      404      404     404       404   401         401    401     403  204   403        403         403        403       403         403          404     401     401     401
updateNotification       401       404      200      404      404     404       404   401         401    401     403  200   403        403         403        403       403         403          404     401     401     401
updateNotificationByPut  401       404      200      404      404     404       404   401         401    401     403  200   403        403         403        403       403         403          404     401     401     401
markNotificationRead     401       404      200      404      404     404       404   401         401    401     403  200   403        403         403        403       403         403          404     401     401     401
markNotificationsRead    401       200      200      200      200     200       200   401         401    401     403  200   403        403         403        403       403         403          200     401     401     401
markAllNotificationsRead 401       200      200      200      200     200       200   401         401    401     403  200   403        403         403        403       403         403          200     401     401     401
listNotificationTypes    401       200      200      200      200     200       200   401         401    401     200  200   200        200         200        200       200         200          200     401     401     401
putNotificationType      401       403      403      403      403     403       201   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
deleteNotificationType   401       403      403      403      403     403       204   401         401    401     403  403   403        403         403        403       403         403          403     401     401     401
streamNotifications      401       200      200      200      200     200       200   401         401    401     403  200   403        403         403        403       403         403          200     401     401     401
getHealth                200       200      200      200      200     200       200   200         200    200     200  200   200        200         200        200       200         200          200     200     200     200
getLiveness              200       200      200      200      200     200       200   200         200    200     200  200   200        200         200        200       200         200          200     200     200     200
getReadiness             200       200      200      200      200     200       200   200         200    200     200  200   200        200         200        200       200         200          200     200     200     200
";

/// The callers and statuses of each operation.
fn table() -> BTreeMap<&'static str, Vec<(&'static str, u16)>> {
    let mut lines = TABLE.trim().lines().map(str::split_ascii_whitespace);
    let callers: Vec<_> = lines.next().expect("a head").skip(1).collect();
    lines
        .map(|mut row| {
            let operation = row.next().expect("a name");
            let statuses = row.map(|status| status.parse().expect("a status"));
            let row: Vec<_> = callers.iter().copied().zip(statuses).collect();
            assert_eq!(row.len(), callers.len(), "{operation}");
            (operation, row)
        })
        .collect()
}

#[tokio::test]
async fn access_rights_match_the_table() {
    let table = table();
    let scene = Scene::set(table.values().map(Vec::len).sum()).await;
    let operations = document::operations();
    let known: BTreeSet<_> = table.keys().map(|name| (*name).to_owned()).collect();
    let documented: BTreeSet<_> = operations.keys().cloned().collect();
    assert_eq!(known, documented, "each operation has a row");

    let mut wrong = vec![];
    for (name, row) in table {
        for (caller, expected) in row {
            let status = ask(&scene, &operations[name], caller).await;
            if status != expected {
                wrong.push(format!("{name} by {caller}: {status}, not {expected}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Calls the operation once, on an unchanged task and notification.
async fn ask(scene: &Scene, operation: &Operation, caller: &str) -> u16 {
    let path = &operation.path;
    let fresh = (path.contains("{id}")).then(|| scene.fresh());
    let id = match (path, fresh) {
        (path, Some(fresh)) if path.contains("/tasks/") => fresh.task,
        (path, Some(fresh)) if path.contains("/notifications/") => fresh.notification,
        _ => scene.other_user,
    };
    let comment = fresh.map_or(0, |fresh| fresh.comment);
    let path = path
        .replace("{id}", &id.to_string())
        .replace("{key_id}", "0")
        .replace("{external_id}", Scene::EXTERNAL_ID)
        .replace("{name}", "REMINDER_DUE")
        .replace("{comment_id}", &comment.to_string())
        .replace("{user_id}", &scene.mentioned.to_string());
    if path.ends_with("/reopen/") {
        let complete = path.replace("/reopen/", "/complete/");
        let completed = scene.caller("assignee").post_empty(&complete).await;
        completed.expect(200);
    }
    // The head is enough: a stream has no end.
    let response = operation.request(scene.caller(caller), &path).send().await;
    let response = response.expect("the server responds");
    response.status().as_u16()
}
