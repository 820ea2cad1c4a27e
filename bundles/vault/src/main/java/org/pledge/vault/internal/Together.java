package org.pledge.vault.internal;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiFunction;
import org.pledge.TenantId;
import org.pledge.store.Transactions;

/**
 * Lets what a tenant asks for at the same time share one transaction, and so one sync of the disk. Nobody waits for
 * company: who finds nobody at work begins at once, and those who come meanwhile are done together next. Where that fails
 * each is done alone, on the thread that asked, so that nobody fails because of a neighbour. Nor is anybody held up by one
 * for long: whoever has waited for a second goes ahead beside those at work, unless one of them has the same key.
 */
final class Together<I, O> {
    static final int MOST = 64;

    private static final int MOST_GROUPS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Duration patience;
    private final Transactions transactions;
    private final BiFunction<TenantId, List<I>, List<O>> work;
    private final Map<TenantId, Lane> lanes = new ConcurrentHashMap<>();

    /**
     * Lets a work be shared.
     *
     * @param work does all in one transaction, each as if it were alone, and returns their results in their order when
     *     that is durable; when it throws nothing is done, or it is done again with the same result
     */
    Together(Transactions transactions, BiFunction<TenantId, List<I>, List<O>> work) {
        this(transactions, work, PATIENCE);
    }

    Together(Transactions transactions, BiFunction<TenantId, List<I>, List<O>> work, Duration patience) {
        this.patience = patience;
        this.transactions = transactions;
        this.work = work;
    }

    /**
     * Does one, perhaps with others; in a transaction that has begun, alone.
     *
     * @param key two of one key are not done together
     */
    O add(TenantId tenant, Object key, I item) {
        return transactions.isActive()
                ? alone(tenant, item)
                : lanes.computeIfAbsent(tenant, Lane::new).add(new Asked(key, item));
    }

    /** How many wait while others of the tenant are at work. */
    int waiting(TenantId tenant) {
        return Optional.ofNullable(lanes.get(tenant)).map(Lane::waiting).orElse(0);
    }

    private O alone(TenantId tenant, I item) {
        return work.apply(tenant, List.of(item)).get(0);
    }

    private final class Asked {
        private final Object key;
        private final I item;
        private Optional<Condition> waits = Optional.empty();
        private boolean taken;
        private boolean ended;
        private Optional<O> result = Optional.empty();

        Asked(Object key, I item) {
            this.key = key;
            this.item = item;
        }
    }

    private final class Lane {
        private final TenantId tenant;
        private final ReentrantLock lock = new ReentrantLock();
        private final Deque<Asked> waiting = new ArrayDeque<>();
        private final Set<Object> atWork = new HashSet<>();
        private int groups;

        Lane(TenantId tenant) {
            this.tenant = tenant;
        }

        int waiting() {
            lock.lock();
            try {
                return waiting.size();
            } finally {
                lock.unlock();
            }
        }

        O add(Asked mine) {
            List<Asked> led = led(mine);
            if (!led.isEmpty()) {
                lead(led);
            }
            return mine.result.orElseGet(() -> alone(tenant, mine.item));
        }

        /** Waits until it is done, or until it is its turn; then it is to be done with what is returned. */
        private List<Asked> led(Asked mine) {
            lock.lock();
            try {
                waiting.add(mine);
                long until = System.nanoTime() + patience.toNanos();
                while (!mine.ended && (mine.taken || !isTurn(mine, until))) {
                    await(mine, until);
                }
                if (mine.ended) {
                    return List.of();
                }
                waiting.remove(mine);
                List<Asked> led = with(mine);
                led.forEach(each -> atWork.add(each.key));
                groups++;
                return led;
            } finally {
                lock.unlock();
            }
        }

        private boolean isTurn(Asked mine, long until) {
            return groups == 0 || groups < MOST_GROUPS && System.nanoTime() - until >= 0 && !atWork.contains(mine.key);
        }

        /** Until something changes; once patience is over, until a group ends. */
        private void await(Asked mine, long until) {
            if (mine.waits.isEmpty()) {
                mine.waits = Optional.of(lock.newCondition());
            }
            Condition waits = mine.waits.get();
            long left = until - System.nanoTime();
            if (mine.taken || left <= 0) {
                waits.awaitUninterruptibly();
                return;
            }
            try {
                waits.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                waits.awaitUninterruptibly();
            }
        }

        private List<Asked> with(Asked first) {
            List<Asked> led = new ArrayList<>(List.of(first));
            Set<Object> keys = new HashSet<>(atWork);
            keys.add(first.key);
            Iterator<Asked> next = waiting.iterator();
            while (next.hasNext() && led.size() < MOST) {
                Asked each = next.next();
                if (keys.add(each.key)) {
                    each.taken = true;
                    led.add(each);
                    next.remove();
                }
            }
            return led;
        }

        private void lead(List<Asked> led) {
            List<O> results = List.of();
            try {
                results = work.apply(tenant, led.stream().map(each -> each.item).toList());
            } catch (RuntimeException e) {
                if (led.size() == 1) {
                    throw e;
                }
            } finally {
                end(led, results);
            }
        }

        private void end(List<Asked> led, List<O> results) {
            lock.lock();
            try {
                groups--;
                led.forEach(each -> atWork.remove(each.key));
                for (int i = 0; i < led.size(); i++) {
                    Asked each = led.get(i);
                    each.ended = true;
                    each.result = results.isEmpty() ? Optional.empty() : Optional.of(results.get(i));
                    each.waits.ifPresent(Condition::signal);
                }
                waiting.stream()
                        .limit(groups == 0 ? 1 : waiting.size())
                        .forEach(each -> each.waits.ifPresent(Condition::signal));
            } finally {
                lock.unlock();
            }
        }
    }
}
