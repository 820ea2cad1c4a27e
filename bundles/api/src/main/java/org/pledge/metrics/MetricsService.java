package org.pledge.metrics;

import java.util.List;
import java.util.Map;
import org.pledge.Caller;

/** What is open, late and silent, as numbers. Thread-safe. */
public interface MetricsService {
    /**
     * Numbers of one kind.
     *
     * @param name in the form of Prometheus, such as {@code pledge_requests_open}
     * @param help one sentence
     * @param values none where there is nothing to count
     */
    record Gauge(String name, String help, List<Value> values) {
        /** Keeps an immutable copy. */
        public Gauge {
            values = List.copyOf(values);
        }
    }

    /**
     * One number.
     *
     * @param labels the tenant, and what it is a number of; names of the policy and of this platform only
     * @param number a count, or an age in seconds
     */
    record Value(Map<String, String> labels, long number) {
        /** Keeps an immutable copy. */
        public Value {
            labels = Map.copyOf(labels);
        }
    }

    /** The numbers of the caller's tenant, at most ten seconds old. Roles: operator, auditor. */
    List<Gauge> gauges(Caller caller);
}
