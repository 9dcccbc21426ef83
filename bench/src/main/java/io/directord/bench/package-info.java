/**
 * Measures directord beside its anchors: {@link io.directord.bench.Bench} is what {@code bench/run}
 * starts, {@link io.directord.bench.Workload} lists what is measured, {@link
 * io.directord.bench.Measurement} takes the samples in turns.
 */
package io.directord.bench;
