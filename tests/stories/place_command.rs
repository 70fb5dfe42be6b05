//! `kensan place` and the imports of travel minutes, as a script sees them.

use records::Records;
use secretariat::{Guidelines, Secretariat};
use serde_json::Value;
use std::io::{Read, Write};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

fn kensan(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kensan")).args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn json(arguments: &[&str]) -> (i32, Value) {
    let output = kensan(&[arguments, &["--json"]].concat());
    (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap())
}

const TRAINEES: &str = "id,pref,lat_e6,lon_e6,limit_m,employer,windows,pref1,pref2,pref3\n\
    007,10,36400000,139000000,30000,5,10,,,\n甲,10,36400000,139000000,30000,0,10,,,\n乙,10,,,30000,0,10,,,\n";
const HOSTS: &str = "id,office_no,pref,lat_e6,lon_e6,corp,cap,wcap,tier,chief\n\
    1,0001,10,36400000,139000000,5,1,1,1,1\n2,0002,10,36500000,139000000,0,1,1,0,1\n3,0003,10,36600000,139000000,0,1,1,0,1\n";

#[test]
fn a_placement_is_certified_checked_and_solved_on() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_string_lossy().into_owned();
    let write = |name: &str, text: &str| std::fs::write(path(name), text).unwrap();
    write("trainees.csv", TRAINEES);
    write("hosts.csv", HOSTS);
    write("instance.json", r#"{"windows":2,"cross_prefecture":false}"#);
    let (trainees, hosts, instance) = (path("trainees.csv"), path("hosts.csv"), path("instance.json"));
    let (out, certificate) = (path("out.csv"), path("certificate.csv"));
    let files = ["place", "--trainees", &trainees, "--hosts", &hosts, "--instance", &instance, "--out", &out];
    let certified = [&files[..], &["--certificate", &certificate]].concat();
    let (code, answer) = json(&certified);
    assert_eq!((code, answer["placed"].as_i64(), answer["without_coordinates"].as_i64()), (0, Some(2), Some(1)));

    // The certificate is checked without solving; a placement somebody changed fails.
    let check = [&certified[..], &["--verify"]].concat();
    let (code, checked) = json(&check);
    assert_eq!((code, &checked["certificate_ok"], &checked["cost"]), (0, &Value::Bool(true), &answer["cost"]));
    let placed = std::fs::read_to_string(&out).unwrap();
    write("out.csv", &placed.replace("007,0002", "007,0003"));
    let (code, checked) = json(&check);
    assert_eq!((code, &checked["certificate_ok"]), (4, &Value::Bool(false)));
    write("out.csv", &placed.replace("007,0002", "007,none"));
    let told = json(&check);
    assert_eq!(told.0, 1);
    assert!(told.1["error"].as_str().unwrap().contains("placement row 2, column host"), "{}", told.1);
    write("out.csv", &placed);

    // An office withdraws: solved on from the placement before.
    write("fewer.csv", &HOSTS.replace("2,0002,10,36500000,139000000,0,1,1,0,1\n", ""));
    let (again, fewer) = (path("again.csv"), path("fewer.csv"));
    let on = [
        "place",
        "--trainees",
        &trainees,
        "--hosts",
        &fewer,
        "--instance",
        &instance,
        "--out",
        &again,
        "--before",
        &out,
        "--before-certificate",
        &certificate,
    ];
    let (code, answer) = json(&on);
    assert_eq!((code, answer["placed"].as_i64(), &answer["certificate_ok"]), (0, Some(2), &Value::Bool(true)));
    assert!(std::fs::read_to_string(&again).unwrap().contains("007,0003"));

    // A policy, and minutes that stand for the way.
    write("policy.toml", "[rules.own_employer]\nrule = \"allow\"\n");
    write("minutes.csv", "trainee,host,minutes\n甲,0001,89\n");
    write("hosts.csv", HOSTS);
    let (policy, minutes) = (path("policy.toml"), path("minutes.csv"));
    let (code, _) = json(&[&files[..], &["--policy", &policy, "--minutes", &minutes]].concat());
    assert_eq!(code, 0);
    let placed = std::fs::read_to_string(&out).unwrap();
    assert!(placed.contains("007,0001") && placed.contains("甲,0002"), "{placed}");
    write("policy.toml", "[rules.own_employer]\nrule = \"never\"\n");
    let (code, told) = json(&[&files[..], &["--policy", &policy]].concat());
    assert_eq!(code, 1);
    assert!(told["error"].as_str().unwrap().contains("line 2"), "{told}");
    assert_eq!(std::fs::read_to_string(&out).unwrap(), placed, "what was refused writes nothing");
}

/// A routing server that answers every question as OSRM's table service does: a minute for each office.
fn routing_server(answer: fn(usize) -> String) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut request = vec![0; 65_536];
            let length = stream.read(&mut request).unwrap();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            let line = request.lines().next().unwrap_or_default();
            assert!(line.starts_with("GET /table/v1/driving/"), "{line}");
            let destinations =
                line.split("destinations=").nth(1).unwrap().split('&').next().unwrap().split(';').count();
            let body = answer(destinations);
            let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
            write!(stream, "{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn minutes_come_from_a_routing_server() {
    let directory = tempfile::tempdir().unwrap();
    let records = Records::open(directory.path()).await.unwrap();
    #[allow(clippy::disallowed_methods)]
    let secretariat = Secretariat::new(records, Guidelines::shipped().unwrap(), Arc::new(chrono::Utc::now));
    secretariat.create_demo().await.unwrap();
    secretariat.records().close().await;
    let data = directory.path().to_string_lossy().into_owned();
    let server = routing_server(|offices| {
        let seconds = vec!["60"; offices].join(",");
        format!(r#"{{"code":"Ok","durations":[[{seconds}]]}}"#)
    });
    let ask = |server: &str| json(&["import", "minutes", "--osrm", server, "--cohort", "2", "--data", &data]);
    let (code, counts) = ask(&server);
    assert_eq!(code, 0, "{counts}");
    assert!(counts["pairs"].as_i64().unwrap() > 32, "{counts}");
    let broken = routing_server(|_| "<html>".to_owned());
    assert_eq!(ask(&broken).0, 1);
    assert_eq!(ask("https://example.invalid").0, 1);
    let (code, round) = json(&["place", "--cohort", "2", "--data", &data]);
    assert_eq!((code, round["proven_optimal"].as_bool()), (0, Some(true)));
    let (code, again) = json(&["place", "--cohort", "2", "--recompute", "2", "--data", &data]);
    assert_eq!((code, again["same"].as_bool()), (0, Some(true)), "{again}");
    assert_eq!(json(&["audit", "verify", "--data", &data]).0, 0);
}
