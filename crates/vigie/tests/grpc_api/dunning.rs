//! Who is reminded, and what a person does about it, as a client meets it.

use api::{
    dunning::{
        self as proto, Approval, Channel as By, HoldReason, LadderReason, TaskKind, Tone, WorkRule,
        dunning_service_client::DunningServiceClient, reminder::State, reminder_result::Result,
        task::Subject,
    },
    shared::Position,
};
use tonic::{Code, transport::Channel};

use super::support::{TENANT, World, day, eur, known, told, whole_world};

async fn client(world: &World) -> DunningServiceClient<Channel> {
    let address = format!("http://{}", world.running.grpc_address);
    DunningServiceClient::connect(address).await.unwrap()
}

fn level(offset_days: i32, tone: Tone, channel: By) -> proto::Level {
    proto::Level {
        offset_days,
        gap_days: 7,
        tone: tone.into(),
        channels: vec![channel.into()],
        approval: Approval::ByPerson.into(),
        ..Default::default()
    }
}

/// Letters 5 and 15 days past due, each by a person; and a ladder of calls that may be chosen.
fn rules() -> proto::DunningPolicy {
    let calls = proto::Ladder {
        name: "calls".into(),
        scope: Some(proto::ladder::Scope::Chosen(proto::ladder::Chosen {})),
        levels: vec![level(0, Tone::Reminder, By::Call)],
        exhausted_after_days: None,
    };
    let usual = proto::Ladder {
        name: "usual".into(),
        levels: vec![level(5, Tone::Reminder, By::Letter), level(15, Tone::Firm, By::Letter)],
        ..Default::default()
    };
    proto::DunningPolicy { version: "v1".into(), ladders: vec![usual, calls], ..Default::default() }
}

fn adopt(rules: proto::DunningPolicy) -> proto::AdoptDunningPolicyRequest {
    proto::AdoptDunningPolicyRequest {
        tenant_id: TENANT.into(),
        actor_id: "credit-1".into(),
        command: Some(rules),
        ..Default::default()
    }
}

/// A world of these rules.
async fn world(partitions: u32) -> (World, DunningServiceClient<Channel>) {
    let world = whole_world(partitions).await;
    let mut dunning = client(&world).await;
    assert!(dunning.adopt_dunning_policy(adopt(rules())).await.unwrap().into_inner().changed);
    (world, dunning)
}

fn list(min_position: Option<Position>) -> proto::ListRemindersRequest {
    proto::ListRemindersRequest { tenant_id: TENANT.into(), min_position, ..Default::default() }
}

/// Waits until as many reminders are known as are awaited, and tells them.
async fn reminders(
    dunning: &mut DunningServiceClient<Channel>,
    request: proto::ListRemindersRequest,
    count: i64,
) -> proto::ListRemindersResponse {
    let mut last = None;
    super::support::until(async || {
        let found = dunning.list_reminders(request.clone()).await.unwrap().into_inner();
        let enough = found.total_size == count;
        last = Some(found);
        enough
    })
    .await;
    last.unwrap()
}

fn short(all: &[proto::Reminder]) -> Vec<String> {
    all.iter()
        .map(|it| format!("{} {} {}", it.customer_id, it.reminder_id, it.state().as_str_name()))
        .collect()
}

fn of(customer: &str, min_position: Option<Position>) -> proto::GetDunningRequest {
    proto::GetDunningRequest {
        tenant_id: TENANT.into(),
        customer_id: customer.into(),
        min_position,
        ..Default::default()
    }
}

fn name(customer: &str, reminder: &str) -> proto::ReminderName {
    proto::ReminderName { customer_id: customer.into(), reminder_id: reminder.into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_are_agreed_to_at_once_and_one_that_cannot_be_is_refused_by_itself() {
    let (mut world, mut dunning) = world(2).await;
    for n in 1..4 {
        world.issue(&format!("C-{n}"), "F-1", "2026-05-15", 120_000).await;
    }
    let before = reminders(&mut dunning, list(None), 3).await;
    assert_eq!(
        short(&before.reminders),
        [
            "C-1 reminder-1 STATE_TO_APPROVE",
            "C-2 reminder-1 STATE_TO_APPROVE",
            "C-3 reminder-1 STATE_TO_APPROVE"
        ]
    );
    let first = &before.reminders[0];
    assert_eq!((first.tone(), first.channel(), first.level), (Tone::Reminder, By::Letter, 1));
    assert_eq!((first.ladder.as_str(), first.ladder_reason()), ("usual", LadderReason::Tenant));
    assert_eq!((first.policy_version.as_str(), first.template.as_str()), ("v1", "reminder"));
    assert_eq!(first.plan_date, Some(day("2026-06-01")));
    let item = &first.items[0];
    assert_eq!((item.invoice_id.as_str(), item.level), ("F-1", 1));
    assert_eq!(
        (item.due_date, item.open_amount.clone()),
        (Some(day("2026-05-15")), Some(eur(120_000)))
    );

    let batch = proto::BatchApproveRemindersRequest {
        tenant_id: TENANT.into(),
        reminders: vec![
            name("C-1", "reminder-1"),
            name("C-2", "reminder-9"),
            name("C-3", "reminder-1"),
        ],
        approved_by: "credit-1".into(),
        approve_date: Some(day("2026-06-01")),
        ..Default::default()
    };
    let done = dunning.batch_approve_reminders(batch.clone()).await.unwrap().into_inner();
    assert!(done.changed);
    let results: Vec<_> = done.results.iter().map(|it| it.result.as_ref().unwrap()).collect();
    let [Result::Acceptance(one), Result::Refusal(two), Result::Acceptance(three)] = &results[..]
    else {
        panic!("{results:?}")
    };
    assert!(one.changed && three.changed);
    assert_eq!((two.code(), two.reason.as_str()), (api::Code::NotFound, "REMINDER_NOT_FOUND"));
    assert_eq!(done.results[1].reminder, Some(name("C-2", "reminder-9")));

    let approved =
        proto::ListRemindersRequest { states: vec![State::Approved.into()], ..list(done.position) };
    let approved = dunning.list_reminders(approved).await.unwrap().into_inner().reminders;
    assert_eq!(
        short(&approved),
        ["C-1 reminder-1 STATE_APPROVED", "C-3 reminder-1 STATE_APPROVED"]
    );
    assert_eq!(approved[0].approved_by, "credit-1");
    assert_eq!(approved[0].state_date, Some(day("2026-06-01")));
    // The same again harms nothing.
    let again = dunning.batch_approve_reminders(batch.clone()).await.unwrap().into_inner();
    assert!(!again.changed);

    // As of a position before, nobody had agreed.
    let then =
        proto::ListRemindersRequest { as_of: Some(known(before.position.unwrap())), ..list(None) };
    let then = dunning.list_reminders(then).await.unwrap().into_inner();
    assert_eq!(short(&then.reminders), short(&before.reminders));

    let withdraw = proto::BatchWithdrawRemindersRequest {
        tenant_id: TENANT.into(),
        reminders: vec![name("C-2", "reminder-1"), name("C-3", "reminder-1")],
        withdrawn_by: "credit-1".into(),
        withdraw_date: Some(day("2026-06-01")),
        postpone_date: Some(day("2026-06-08")),
        ..Default::default()
    };
    let wrong = proto::BatchWithdrawRemindersRequest {
        postpone_date: Some(day("2026-06-01")),
        ..withdraw.clone()
    };
    let status = dunning.batch_withdraw_reminders(wrong).await.unwrap_err();
    let fields = told(&status).2.bad_request().unwrap().field_violations.clone();
    assert_eq!((status.code(), fields[0].field.as_str()), (Code::InvalidArgument, "postpone_date"));
    let done = dunning.batch_withdraw_reminders(withdraw).await.unwrap().into_inner();
    assert!(done.results.iter().all(|it| matches!(it.result, Some(Result::Acceptance(_)))));
    let left = dunning.list_reminders(list(done.position)).await.unwrap().into_inner();
    assert_eq!(short(&left.reminders), ["C-1 reminder-1 STATE_APPROVED"]);

    for reminders in [Vec::new(), vec![name("C-1", "reminder-1"); 101]] {
        let status = dunning
            .batch_approve_reminders(proto::BatchApproveRemindersRequest {
                reminders,
                ..batch.clone()
            })
            .await
            .unwrap_err();
        let fields = told(&status).2.bad_request().unwrap().field_violations.clone();
        assert_eq!(fields[0].field, "reminders");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_that_begins_in_the_past_takes_back_what_was_planned_and_may_be_lifted() {
    let (mut world, mut dunning) = world(1).await;
    world.issue("C-1", "F-1", "2026-05-15", 120_000).await;
    let before = reminders(&mut dunning, list(None), 1).await.position.unwrap();
    let place = proto::PlaceHoldRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::PlaceHold {
            customer_id: "C-1".into(),
            hold_id: "H-1".into(),
            reason: HoldReason::Legal.into(),
            hold_date: Some(day("2026-05-20")),
            placed_by: "credit-1".into(),
            note: "at court".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    let placed = dunning.place_hold(place.clone()).await.unwrap().into_inner();
    assert!(placed.changed);
    assert!(!dunning.place_hold(place.clone()).await.unwrap().into_inner().changed);
    let after = reminders(&mut dunning, list(placed.position.clone()), 0).await;
    assert!(after.reminders.is_empty());
    let found = dunning.get_dunning(of("C-1", placed.position)).await.unwrap().into_inner();
    let stands = found.dunning.unwrap();
    assert_eq!(stands.pending, None);
    let hold = &stands.holds[0];
    assert_eq!((hold.hold_id.as_str(), hold.reason()), ("H-1", HoldReason::Legal));
    assert_eq!((hold.hold_date, hold.until_date), (Some(day("2026-05-20")), None));
    assert_eq!((hold.placed_by.as_str(), hold.note.as_str()), ("credit-1", "at court"));
    let invoice = &stands.invoices[0];
    assert_eq!((invoice.invoice_id.as_str(), invoice.level), ("F-1", 0));
    assert_eq!((invoice.ladder.as_str(), invoice.ladder_reason()), ("usual", LadderReason::Tenant));

    // As it was known before, and on a day before it began.
    let then = proto::GetDunningRequest { as_of: Some(known(before)), ..of("C-1", None) };
    let then = dunning.get_dunning(then).await.unwrap().into_inner().dunning.unwrap();
    assert!(then.holds.is_empty() && then.pending.is_some(), "{then:?}");
    assert!(then.pending.unwrap().plan_sequence > 0);
    let earlier = api::shared::AsOf { effective_date: Some(day("2026-05-19")), known_at: None };
    let earlier = proto::GetDunningRequest { as_of: Some(earlier), ..of("C-1", None) };
    let earlier = dunning.get_dunning(earlier).await.unwrap().into_inner();
    assert_eq!(earlier.effective_date, Some(day("2026-05-19")));
    assert!(earlier.dunning.unwrap().holds.is_empty());

    let lift = proto::LiftHoldRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::LiftHold {
            customer_id: "C-1".into(),
            hold_id: "H-1".into(),
            lift_date: Some(day("2026-06-01")),
            lifted_by: "credit-1".into(),
        }),
        ..Default::default()
    };
    assert!(dunning.lift_hold(lift).await.unwrap().into_inner().changed);
    let again = reminders(&mut dunning, list(None), 1).await;
    assert_eq!(short(&again.reminders), ["C-1 reminder-2 STATE_TO_APPROVE"]);

    let backwards = place.command.map(|it| proto::PlaceHold {
        hold_id: "H-2".into(),
        until_date: Some(day("2026-05-19")),
        ..it
    });
    let status = dunning
        .place_hold(proto::PlaceHoldRequest {
            tenant_id: TENANT.into(),
            command: backwards,
            ..Default::default()
        })
        .await
        .unwrap_err();
    let fields = told(&status).2.bad_request().unwrap().field_violations.clone();
    assert_eq!(fields[0].field, "command.until_date");
    let status = dunning.get_dunning(of("C-9", None)).await.unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reminders_come_in_pages_and_are_filtered() {
    let (mut world, mut dunning) = world(2).await;
    for n in 0..5 {
        world.issue(&format!("C-{n}"), "F-1", "2026-05-15", 10_000).await;
    }
    reminders(&mut dunning, list(None), 5).await;
    let mut request = proto::ListRemindersRequest { page_size: 2, ..list(None) };
    let mut pages = Vec::new();
    let mut all = Vec::new();
    loop {
        let page = dunning.list_reminders(request.clone()).await.unwrap().into_inner();
        pages.push(page.reminders.len());
        all.extend(page.reminders.into_iter().map(|it| it.customer_id));
        request.page_token = page.next_page_token;
        if request.page_token.is_empty() {
            break;
        }
    }
    assert_eq!(pages, [2, 2, 1]);
    assert_eq!(all, ["C-0", "C-1", "C-2", "C-3", "C-4"]);

    let sent = proto::RecordSendingRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::RecordSending {
            customer_id: "C-3".into(),
            reminder_id: "reminder-1".into(),
            send_date: Some(day("2026-06-01")),
            recorded_by: "credit-1".into(),
            proof: "RA 123".into(),
            channel: By::RegisteredLetter.into(),
        }),
        ..Default::default()
    };
    let sent = dunning.record_sending(sent).await.unwrap().into_inner();
    assert!(sent.changed);
    let min_position = sent.position;
    let of_state = |state: State| proto::ListRemindersRequest {
        states: vec![state.into()],
        ..list(min_position.clone())
    };
    let found = dunning.list_reminders(of_state(State::Sent)).await.unwrap().into_inner();
    assert_eq!(short(&found.reminders), ["C-3 reminder-1 STATE_SENT"]);
    assert_eq!(found.reminders[0].state_date, Some(day("2026-06-01")));
    let waiting = dunning.list_reminders(of_state(State::ToApprove)).await.unwrap().into_inner();
    assert_eq!(waiting.total_size, 4);
    let registered =
        proto::ListRemindersRequest { channel: By::RegisteredLetter.into(), ..list(None) };
    assert_eq!(dunning.list_reminders(registered).await.unwrap().into_inner().total_size, 1);
    let of_one = proto::ListRemindersRequest { customer_id: "C-2".into(), ..list(None) };
    assert_eq!(dunning.list_reminders(of_one).await.unwrap().into_inner().total_size, 1);
    let stands = dunning.get_dunning(of("C-3", None)).await.unwrap().into_inner().dunning.unwrap();
    assert_eq!(stands.invoices[0].level, 1);
    assert_eq!(stands.next_contact_date, Some(day("2026-06-08")));

    // It came back: a person has to look, because there is no other channel.
    let failed = proto::RecordFailureRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::RecordFailure {
            customer_id: "C-3".into(),
            reminder_id: "reminder-1".into(),
            fail_date: Some(day("2026-06-01")),
            why: "moved away".into(),
            recorded_by: "credit-1".into(),
        }),
        ..Default::default()
    };
    let failed = dunning.record_failure(failed).await.unwrap().into_inner();
    let stuck =
        proto::ListRemindersRequest { states: vec![State::Stuck.into()], ..list(failed.position) };
    let stuck = dunning.list_reminders(stuck).await.unwrap().into_inner().reminders;
    assert_eq!(short(&stuck), ["C-3 reminder-1 STATE_STUCK"]);

    let wrong = proto::ListRemindersRequest { states: vec![99], page_size: -1, ..list(None) };
    let status = dunning.list_reminders(wrong).await.unwrap_err();
    let fields = told(&status).2.bad_request().unwrap().field_violations.clone();
    let fields: Vec<_> = fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(fields, ["page_size", "states[0]"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_worklist_begins_with_what_presses_most_and_says_why() {
    let (mut world, mut dunning) = world(2).await;
    for (customer, cents) in [("C-1", 10_000), ("C-2", 9_000_000), ("C-3", 10_000), ("C-4", 100)] {
        world.issue(customer, "F-1", "2026-05-15", cents).await;
    }
    world.issue("C-5", "F-1", "2026-07-15", 9_000_000).await;
    reminders(&mut dunning, list(None), 4).await;
    let choose = proto::ChooseLadderRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::ChooseLadder {
            customer_id: "C-5".into(),
            ladder: "calls".into(),
            chosen_by: "credit-1".into(),
            choose_date: Some(day("2026-06-01")),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert!(dunning.choose_ladder(choose.clone()).await.unwrap().into_inner().changed);
    let unknown = choose.command.map(|it| proto::ChooseLadder { ladder: "usual".into(), ..it });
    let status = dunning
        .choose_ladder(proto::ChooseLadderRequest {
            tenant_id: TENANT.into(),
            command: unknown,
            ..Default::default()
        })
        .await
        .unwrap_err();
    assert_eq!((status.code(), told(&status).1.as_str()), (Code::NotFound, "LADDER_NOT_FOUND"));

    let mut request =
        proto::ListWorklistRequest { tenant_id: TENANT.into(), page_size: 3, ..Default::default() };
    let page = dunning.list_worklist(request.clone()).await.unwrap().into_inner();
    assert_eq!(page.total_size, 4);
    let told_of: Vec<_> =
        page.items.iter().map(|it| (it.customer_id.as_str(), it.points)).collect();
    // 10 for what is to be done, 5 a digit, 5 for 17 days, and 30 for a grade of E.
    assert_eq!(told_of, [("C-2", 70), ("C-1", 60), ("C-3", 60)]);
    let first = &page.items[0];
    let rules: Vec<_> = first.rules.iter().map(|it| (it.rule(), it.points)).collect();
    assert_eq!(
        rules,
        [
            (WorkRule::Task, 10),
            (WorkRule::AmountOverdue, 25),
            (WorkRule::DaysPastDue, 5),
            (WorkRule::Grade, 30)
        ]
    );
    let task = &first.tasks[0];
    assert_eq!((task.kind(), task.since_date), (TaskKind::Approve, Some(day("2026-06-01"))));
    assert_eq!(task.subject, Some(Subject::ReminderId("reminder-1".into())));
    assert_eq!((&first.overdue_amounts[..], first.days_past_due), (&[eur(9_000_000)][..], 17));
    request.page_token = page.next_page_token;
    let page = dunning.list_worklist(request.clone()).await.unwrap().into_inner();
    assert_eq!(page.items.len(), 1);
    assert_eq!(page.items[0].customer_id, "C-4");
    assert!(page.next_page_token.is_empty());
    let before = page.position.unwrap();

    // A contact that promises holds the customer for some days: what was planned is taken back.
    let log = proto::LogContactRequest {
        tenant_id: TENANT.into(),
        command: Some(proto::LogContact {
            customer_id: "C-2".into(),
            contact_id: "K-1".into(),
            contact_date: Some(day("2026-06-01")),
            channel: By::Call.into(),
            result: proto::ContactResult::Promises.into(),
            logged_by: "credit-1".into(),
            ..Default::default()
        }),
        ..Default::default()
    };
    assert!(dunning.log_contact(log).await.unwrap().into_inner().changed);
    reminders(&mut dunning, list(None), 3).await;
    request.page_token.clear();
    let now = dunning.list_worklist(request.clone()).await.unwrap().into_inner();
    let customers: Vec<_> = now.items.iter().map(|it| it.customer_id.as_str()).collect();
    assert_eq!(customers, ["C-1", "C-3", "C-4"]);
    let stands = dunning.get_dunning(of("C-2", None)).await.unwrap().into_inner().dunning.unwrap();
    assert_eq!((stands.contacts.len(), stands.holds[0].reason()), (1, HoldReason::Promise));
    let then = proto::ListWorklistRequest { as_of: Some(known(before)), ..request.clone() };
    let then = dunning.list_worklist(then).await.unwrap().into_inner();
    assert_eq!(then.items[0].customer_id, "C-2");
    let calls = proto::ListWorklistRequest { kinds: vec![TaskKind::Call.into()], ..request };
    assert_eq!(dunning.list_worklist(calls).await.unwrap().into_inner().total_size, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_come_back_as_they_were_adopted_and_what_cannot_be_is_refused() {
    let world = whole_world(2).await;
    let mut dunning = client(&world).await;
    let get = proto::GetDunningPolicyRequest { tenant_id: TENANT.into(), ..Default::default() };
    let none = dunning.get_dunning_policy(get.clone()).await.unwrap().into_inner();
    assert_eq!(none.adopt_time, None);
    assert_eq!(none.policy.unwrap().version, "none");
    let adopted = dunning.adopt_dunning_policy(adopt(rules())).await.unwrap().into_inner();
    assert_eq!(adopted.position.as_ref().unwrap().sequences.len(), 2);
    let get = proto::GetDunningPolicyRequest { min_position: adopted.position, ..get };
    let found = dunning.get_dunning_policy(get.clone()).await.unwrap().into_inner();
    assert_eq!(found.actor_id, "credit-1");
    assert!(found.adopt_time.is_some());
    let policy = found.policy.unwrap();
    assert_eq!((policy.calendar.as_str(), policy.contact_gap_days), ("TARGET", Some(7)));
    assert_eq!(policy.ladders[0].levels[1].tone(), Tone::Firm);
    // What was asked for is what is answered: adopted again it changes nothing.
    assert!(!dunning.adopt_dunning_policy(adopt(policy)).await.unwrap().into_inner().changed);
    let then = proto::GetDunningPolicyRequest { as_of: Some(known(none.position.unwrap())), ..get };
    let then = dunning.get_dunning_policy(then).await.unwrap().into_inner();
    assert_eq!(then.policy.unwrap().version, "none");

    let mut wrong = rules();
    wrong.stale_days = Some(0);
    wrong.minimum_amounts = vec![eur(100), eur(200)];
    wrong.ladders[0].levels[1].offset_days = 1;
    let status = dunning.adopt_dunning_policy(adopt(wrong)).await.unwrap_err();
    let fields = told(&status).2.bad_request().unwrap().field_violations.clone();
    let mut fields: Vec<_> = fields.iter().map(|it| it.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        ["command.ladders[0].levels", "command.minimum_amounts[1]", "command.stale_days"]
    );
    let mut wrong = rules();
    wrong.ladders[0].levels[0].tone = 0;
    wrong.ladders[0].levels[1].supply_block = 256;
    let status = dunning.adopt_dunning_policy(adopt(wrong)).await.unwrap_err();
    let fields = told(&status).2.bad_request().unwrap().field_violations.clone();
    let fields: Vec<_> = fields.iter().map(|it| it.field.as_str()).collect();
    assert_eq!(
        fields,
        ["command.ladders[0].levels[0].tone", "command.ladders[0].levels[1].supply_block"]
    );
}
