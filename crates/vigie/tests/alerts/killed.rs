//! Bad days of whoever tells alerts: two replicas, killed while they do.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use journal::server;

use crate::support::*;

/// One process of the program, as an operator starts it.
fn serve(server: &server::Server, log: &Path) -> Child {
    let log = std::fs::File::options().create(true).append(true).open(log).unwrap();
    Command::new(env!("CARGO_BIN_EXE_vigie"))
        .args(["serve", "all", "--nats-url", &server.url()])
        .args(["--nats-monitor-urls", &server.monitor_url()])
        .args(["--grpc-address", "127.0.0.1:0", "--clock-mode", "by_hand"])
        .args(["--service-silence", "500ms", "--snapshots-entries", "50"])
        .env_remove("VIGIE_CONFIG")
        .stdin(Stdio::null())
        .stdout(log.try_clone().unwrap())
        .stderr(log)
        .spawn()
        .unwrap()
}

const CUSTOMERS: u64 = 240;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kills_of_replicas_and_of_the_server_leave_out_double_and_reorder_no_alert() {
    let dir = tempfile::tempdir().unwrap();
    let Some((mut server, store)) = server(dir.path()).await else { return };
    let log = dir.path().join("vigie.log");
    let mut replicas = [serve(&server, &log), serve(&server, &log)];
    let client = async_nats::connect(server.url()).await.unwrap();
    open_day(&client, "2026-06-01").await;

    let mut kills = 0;
    for paid in [false, true] {
        let producing = tokio::spawn({
            let client = client.clone();
            async move {
                for n in 0..CUSTOMERS {
                    let customer = format!("C-{n}");
                    let item = if paid {
                        payment(&customer, "2026-06-01")
                    } else {
                        invoice(&customer, "2026-05-01")
                    };
                    ask(&client, "invoicing", &serde_json::json!([item])).await;
                    if n % 4 == 0 {
                        tokio::time::sleep(Duration::from_millis(20)).await;
                    }
                }
            }
        });
        let wanted = if paid { 2 * CUSTOMERS } else { CUSTOMERS };
        let begun = count(&client).await;
        for share in 1..6 {
            until_told(&client, begun + (wanted - begun) * share / 7).await;
            if share == 3 {
                server.kill().await.unwrap();
                server.restart().await.unwrap();
            } else {
                let victim = &mut replicas[usize::from(share % 2 == 0)];
                victim.kill().unwrap();
                victim.wait().unwrap();
                *victim = serve(&server, &log);
            }
            kills += 1;
        }
        producing.await.unwrap();
        until_told(&client, wanted).await;
    }
    // Whoever would tell something twice has the time to do it.
    tokio::time::sleep(Duration::from_secs(2)).await;
    let told = usize::try_from(count(&client).await).unwrap();
    for replica in &mut replicas {
        replica.kill().unwrap();
        replica.wait().unwrap();
    }
    let heard = hear(&client, 0, told).await;
    println!("killed {kills} times: told {told}, wanted {}", 2 * CUSTOMERS);
    same(&said(&store).await, &heard);
    assert_eq!(u64::try_from(told).unwrap(), 2 * CUSTOMERS);
}
