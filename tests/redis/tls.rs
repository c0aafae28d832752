//! TLS, with certificates that `openssl` makes.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use gingersnap::store::backend::{BackedStore, RedisBackend, RedisErrorKind, RedisOptions};
use tempfile::TempDir;

use crate::server::{RedisServer, free_port};
use crate::{SECRET, header, kind, receive};

/// Makes a certificate that signs itself, for 127.0.0.1.
#[track_caller]
fn make_certificate(folder: &Path, name: &str) -> (String, String) {
    let path = |end| folder.join(format!("{name}.{end}")).display().to_string();
    let (certificate, key) = (path("pem"), path("key"));
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-nodes", "-days", "2", "-subj", "/CN=test", "-out", &certificate, "-keyout", &key])
        .args(["-addext", "subjectAltName=IP:127.0.0.1"])
        .args(["-addext", "basicConstraints=critical,CA:FALSE"])
        .output()
        .expect("openssl is installed");
    assert!(made.status.success(), "{made:?}");
    (certificate, key)
}

#[tokio::test]
async fn certificates_that_cannot_be_read() {
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let options = RedisOptions::new().with_root_certificates(pem);
    let url = format!("rediss://:{SECRET}@127.0.0.1:{}/", free_port());
    let error = RedisBackend::connect_with(&url, &options).await.unwrap_err();
    assert_eq!(kind(error), RedisErrorKind::Configuration);
}

#[tokio::test]
#[ignore = "needs redis-server"]
async fn a_server_with_tls() {
    let folder = TempDir::new().unwrap();
    let (certificate, key) = make_certificate(folder.path(), "server");
    let (other, _) = make_certificate(folder.path(), "other");
    let port = free_port().to_string();
    let files = ["--tls-cert-file", &certificate, "--tls-key-file", &key];
    let options = ["--tls-auth-clients", "no", "--requirepass", SECRET, "--tls-port", &port];
    let server = RedisServer::start(&[&files[..], &options].concat());
    let pem = fs::read(&certificate).unwrap();
    let trusting = RedisOptions::new().with_root_certificates(pem);
    let url = format!("rediss://:{SECRET}@127.0.0.1:{port}/");

    let store = BackedStore::new(RedisBackend::connect_with(&url, &trusting).await.unwrap());
    receive(&store, "https://shop.example/", &["a=1"]).await.unwrap();
    assert_eq!(header(&store, "https://shop.example/").await.unwrap(), "a=1");

    // A certificate that nobody signed, another one, another name, and no TLS.
    let not_connected = RedisErrorKind::NotConnected;
    assert_eq!(kind(RedisBackend::connect(&url).await.unwrap_err()), not_connected);
    let others = RedisOptions::new().with_root_certificates(fs::read(&other).unwrap());
    assert_eq!(kind(RedisBackend::connect_with(&url, &others).await.unwrap_err()), not_connected);
    let localhost = url.replace("127.0.0.1", "localhost");
    assert_eq!(
        kind(RedisBackend::connect_with(&localhost, &trusting).await.unwrap_err()),
        not_connected
    );
    let plain = url.replace("rediss", "redis");
    let error = RedisBackend::connect_with(&plain, &trusting).await.unwrap_err();
    assert_eq!(kind(error), RedisErrorKind::Configuration, "certificates without TLS");
    // One side waits for a line, the other one for a message of TLS.
    let limit = Duration::from_millis(300);
    let to_plain = url.replace(&port, &server.port.to_string());
    for (options, url) in [(RedisOptions::new(), &plain), (trusting.clone(), &to_plain)] {
        let options = options.with_time_limit(limit);
        let error = RedisBackend::connect_with(url, &options).await.unwrap_err();
        let kinds = [not_connected.clone(), RedisErrorKind::TimedOut { limit }];
        assert!(kinds.contains(&kind(error)));
    }
    for pem in
        ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
    {
        let options = RedisOptions::new().with_root_certificates(pem);
        let error = RedisBackend::connect_with(&url, &options).await.unwrap_err();
        assert!(matches!(
            kind(error),
            RedisErrorKind::Configuration | RedisErrorKind::NotConnected
        ));
    }
}
