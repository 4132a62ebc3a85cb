//! How long regenerating takes, from the text of the description to the text of all files.

use criterion::{Criterion, criterion_group, criterion_main};

fn regen(criterion: &mut Criterion) {
    let root = xtask::root();
    let read = |path: &str| std::fs::read_to_string(root.join(path)).expect("spec/ is there");
    let (description, overlay) = (read("spec/openapi.json"), read("spec/overlay.yaml"));
    let mut group = criterion.benchmark_group("regen");
    group.sample_size(10);
    group.bench_function("read, overlay, normalize", |bencher| {
        bencher.iter(|| streampay_spec::load(&description, &overlay).expect("it loads"));
    });
    group.bench_function("everything", |bencher| {
        bencher.iter(|| {
            let loaded = streampay_spec::load(&description, &overlay).expect("it loads");
            xtask::regen::generate(&loaded).expect("it generates")
        });
    });
    group.finish();
}

criterion_group!(benches, regen);
criterion_main!(benches);
