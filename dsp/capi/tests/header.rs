//! das.h is what the sources say.

#![allow(clippy::unwrap_used, missing_docs)]

use std::{fs, path::Path};

#[test]
fn the_header_is_up_to_date() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let config = cbindgen::Config::from_file(package.join("cbindgen.toml")).unwrap();
    let mut made = Vec::new();
    cbindgen::Builder::new().with_crate(package).with_config(config).generate().unwrap().write(&mut made);
    let made = String::from_utf8(made).unwrap();
    let path = package.join("include/das.h");
    if std::env::var_os("DAS_WRITE_HEADER").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let there = fs::read_to_string(&path).unwrap_or_default();
    assert!(there == made, "das.h is out of date: DAS_WRITE_HEADER=1 cargo test -p capi --test header");
}
