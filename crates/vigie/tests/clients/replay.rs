//! A process of the program, as an operator starts it, and five months of a small portfolio.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
};

use async_nats::jetstream;
use chrono::{Days, NaiveDate};
use journal::server;
use serde_json::{Value, json};

use crate::support::{PATIENCE, ask, item, open_day};

/// How many buy.
const CUSTOMERS: u64 = 30;
const FIRST: &str = "2026-01-05";
const DAYS: u64 = 150;

pub(crate) struct House {
    program: Child,
    pub(crate) grpc: String,
    client: async_nats::Client,
}

impl House {
    /// Starts it, and waits until it answers and alerts can be followed.
    pub(crate) async fn serve(server: &server::Server, dir: &Path) -> Self {
        let log = std::fs::File::create(dir.join("vigie.log")).unwrap();
        // Let go of at once: whoever starts the program wants to know where it listens.
        let grpc = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
        let program = Command::new(env!("CARGO_BIN_EXE_vigie"))
            .args(["serve", "all", "--nats-url", &server.url()])
            .args(["--nats-monitor-urls", &server.monitor_url()])
            .args(["--grpc-address", &grpc, "--clock-mode", "by_hand"])
            .env_remove("VIGIE_CONFIG")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let client = async_nats::connect(server.url()).await.unwrap();
        open_day(&client, FIRST).await;
        let context = jetstream::new(client.clone());
        let announced = async {
            while context.get_stream(vigie::announce::ALERTS).await.is_err() {
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(PATIENCE, announced).await.expect("alerts are told");
        Self { program, grpc, client }
    }

    /// Day after day: everybody buys every four weeks, and pays as late as it always does.
    pub(crate) async fn replay(&mut self) {
        let first: NaiveDate = FIRST.parse().unwrap();
        for n in 1..DAYS {
            open_day(&self.client, &(first + Days::new(n)).to_string()).await;
            let facts: Vec<Value> = (0..CUSTOMERS).flat_map(|it| on(it, n, first)).collect();
            if !facts.is_empty() {
                ask(&self.client, "invoicing", &json!(facts)).await;
            }
        }
    }

    pub(crate) fn stop(&mut self) {
        self.program.kill().unwrap();
        self.program.wait().unwrap();
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // After a test that failed; it may have ended before.
        let _ended = self.program.kill();
    }
}

/// What a customer does on a day, counted from the first.
fn on(customer: u64, day: u64, first: NaiveDate) -> Vec<Value> {
    const EVERY: u64 = 28;
    const TERMS: u64 = 14;
    let id = format!("C-{customer}");
    let amount = json!({ "amount": format!("{}.00", 100 + customer), "currency": "EUR" });
    let mut facts = Vec::new();
    let since = |offset: u64| day.checked_sub(offset + customer % 7);
    if let Some(number) = since(0).filter(|it| it % EVERY == 0) {
        facts.push(item(
            "dev.vigie.invoice.issued.v1",
            &json!({
                "customer_id": id, "invoice_id": format!("F-{customer}-{number}"),
                "issue_date": (first + Days::new(day)).to_string(),
                "due_date": (first + Days::new(day + TERMS)).to_string(), "gross": amount,
            }),
        ));
    }
    // Some pay in time, and others so late that an alert is raised before.
    let late = 2 * customer % 40;
    if let Some(number) = since(TERMS + late).filter(|it| it % EVERY == 0) {
        facts.push(item(
            "dev.vigie.payment.received.v1",
            &json!({
                "customer_id": id, "payment_id": format!("P-{customer}-{number}"),
                "amount": amount, "value_date": (first + Days::new(day)).to_string(),
                "method": "transfer",
                "designations": [{ "invoice_id": format!("F-{customer}-{number}") }],
            }),
        ));
    }
    facts
}
