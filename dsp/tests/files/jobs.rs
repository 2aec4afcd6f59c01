//! How the work of one file goes on.

use std::io::Cursor;

use dsp::{
    Parameters,
    decode::Limits,
    job::{Identity, Job, Step},
};

use crate::support::{FILES, analyse, fixture};

#[test]
fn decoding_ahead_changes_nothing() {
    for (name, ..) in FILES {
        for cut in [100, 60] {
            let mut bytes = fixture(name);
            bytes.truncate(bytes.len() * cut / 100);
            let open =
                |bytes| Job::open(Box::new(Cursor::new(bytes)), Some(name), Parameters::default(), &Limits::default());
            let ahead = open(bytes.clone()).and_then(Job::decode_ahead).and_then(|mut job| {
                while job.step()? == Step::More {}
                job.finish(Identity { sha256: String::new(), size_bytes: bytes.len() as u64 }, 0.0)
            });
            match (analyse(name, bytes), ahead) {
                (Ok(here), Ok(ahead)) => assert!(here == ahead, "{name}"),
                (Err(here), Err(ahead)) => assert_eq!(here.to_string(), ahead.to_string(), "{name}"),
                (here, ahead) => panic!("{name}: {:?} but {:?}", here.err(), ahead.err()),
            }
        }
    }
}

#[test]
fn steps_report_progress_and_partial_results() {
    let bytes = fixture("wav16.wav");
    let mut job =
        Job::open(Box::new(Cursor::new(bytes)), Some("a.wav"), Parameters::default(), &Limits::default()).unwrap();
    assert_eq!(job.progress(), Some(0.0));
    let mut last = 0.0;
    while job.step().unwrap() == Step::More {
        let now = job.progress().unwrap();
        assert!(now > last && now <= 1.0);
        assert!(job.grid().geometry().columns > 0);
        last = now;
    }
    assert!((job.analysed_s() - 1.5).abs() < 1e-9);
}
