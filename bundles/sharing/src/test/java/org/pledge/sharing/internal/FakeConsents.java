package org.pledge.sharing.internal;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.pledge.PledgeException;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.consent.ConsentService.Withdrawal;
import org.pledge.consent.ConsentView;
import org.pledge.consent.WithdrawalListener;
import org.pledge.consent.spi.ConsentStore;
import org.pledge.inquiry.InquiryListener;
import org.pledge.store.Transactions;

/**
 * Consents of one tenant: epochs in the store, levels in memory, brought into step after the commit as the consent
 * bundle does it.
 */
final class FakeConsents implements ConsentView {
    private record Scope(TenantId tenant, String purpose, String recipient, String category) {}

    private static final String INQUIRY = "(inquiry)";

    private final Transactions transactions;
    private final ConsentStore store;
    private final List<Scope> scopes = new CopyOnWriteArrayList<>();
    private final List<String> jurisdictions = new CopyOnWriteArrayList<>();
    private final Map<SubjectId, Map<Scope, Integer>> levels = new ConcurrentHashMap<>();
    private final Map<SubjectId, Long> standings = new ConcurrentHashMap<>();
    private final Map<SubjectId, Long> epochs = new ConcurrentHashMap<>();
    private final Map<SubjectId, Runnable> elsewhere = new ConcurrentHashMap<>();
    private final List<WithdrawalListener> listeners = new CopyOnWriteArrayList<>();
    private volatile Runnable beforeView = () -> {};
    private volatile boolean cutOff;

    FakeConsents(Transactions transactions, ConsentStore store) {
        this.transactions = transactions;
        this.store = store;
    }

    void listener(WithdrawalListener listener) {
        listeners.add(listener);
    }

    /** What happens between a commit and the moment at which decisions see the change. */
    void beforeView(Runnable action) {
        beforeView = action;
    }

    /** Nothing more is heard of other nodes. */
    void cutOff() {
        cutOff = true;
    }

    @Override
    public void requireCurrent() {
        if (cutOff) {
            throw new PledgeException(PledgeException.Kind.UNAVAILABLE, "cut off");
        }
    }

    void accept(TenantId tenant, SubjectId subject, int version, String jurisdiction) {
        int number = jurisdiction(jurisdiction);
        change(
                tenant,
                subject,
                () -> standings.merge(
                        subject,
                        (long) number << 20 | version,
                        (before, now) -> before & 0xFFFF_FFFF_0000_0000L | now));
    }

    void grant(
            TenantId tenant, SubjectId subject, String purpose, String recipient, Set<String> categories, int level) {
        change(
                tenant,
                subject,
                () -> categories.forEach(category -> levels.computeIfAbsent(subject, any -> new ConcurrentHashMap<>())
                        .put(new Scope(tenant, purpose, recipient, category), level)));
    }

    WithdrawalListener.Effect withdraw(TenantId tenant, SubjectId subject, Withdrawal withdrawal) {
        return transactions.required(() -> {
            long epoch = store.nextEpoch(tenant, subject);
            WithdrawalListener.Effect effect = listeners.stream()
                    .map(listener -> listener.withdrawn(tenant, subject, withdrawal))
                    .reduce(new WithdrawalListener.Effect(0, List.of()), (first, second) -> second);
            transactions.afterCommit(() -> {
                beforeView.run();
                levels.getOrDefault(subject, Map.of()).keySet().removeIf(scope -> covers(withdrawal, scope));
                see(subject, epoch);
            });
            return effect;
        });
    }

    /** As another node does it: here it is not known before it is looked for. */
    void withdrawElsewhere(TenantId tenant, SubjectId subject) {
        long epoch = transactions.required(() -> store.nextEpoch(tenant, subject));
        elsewhere.put(subject, () -> {
            levels.remove(subject);
            see(subject, epoch);
        });
    }

    void openInquiry(TenantId tenant, SubjectId subject) {
        grant(tenant, subject, INQUIRY, INQUIRY, Set.of(INQUIRY), IMPLIED);
    }

    WithdrawalListener.Effect closeInquiry(TenantId tenant, SubjectId subject, InquiryListener listener) {
        return transactions.required(() -> {
            long epoch = store.nextEpoch(tenant, subject);
            WithdrawalListener.Effect effect = listener.inquiriesEnded(tenant, subject);
            transactions.afterCommit(() -> {
                beforeView.run();
                levels.getOrDefault(subject, Map.of()).keySet().removeIf(scope -> scope.purpose()
                        .equals(INQUIRY));
                see(subject, epoch);
            });
            return effect;
        });
    }

    private static boolean covers(Withdrawal withdrawal, Scope scope) {
        return withdrawal.purpose().map(scope.purpose()::equals).orElse(true)
                && withdrawal.recipient().map(scope.recipient()::equals).orElse(true)
                && (withdrawal.categories().isEmpty() || withdrawal.categories().contains(scope.category()));
    }

    static Withdrawal everything() {
        return new Withdrawal(Optional.empty(), Optional.empty(), Set.of(), "web");
    }

    private void change(TenantId tenant, SubjectId subject, Runnable view) {
        transactions.required(() -> {
            long epoch = store.nextEpoch(tenant, subject);
            transactions.afterCommit(() -> {
                view.run();
                see(subject, epoch);
            });
        });
    }

    @Override
    public long epoch(TenantId tenant, SubjectId subject) {
        return epochs.getOrDefault(subject, 0L);
    }

    @Override
    public void follow(TenantId tenant, SubjectId subject) {
        elsewhere.getOrDefault(subject, () -> {}).run();
    }

    private void see(SubjectId subject, long epoch) {
        epochs.put(subject, epoch);
        standings.computeIfPresent(subject, (any, before) -> before & 0xFFFF_FFFFL | epoch << 32);
    }

    @Override
    public long scope(TenantId tenant, String purpose, String recipient, String category) {
        return number(scopes, new Scope(tenant, purpose, recipient, category));
    }

    @Override
    public long inquiryScope(TenantId tenant) {
        return scope(tenant, INQUIRY, INQUIRY, INQUIRY);
    }

    @Override
    public long objectionScope(TenantId tenant, String purpose) {
        return scope(tenant, "(objection)", "(objection)", purpose);
    }

    @Override
    public boolean restricts(int jurisdiction) {
        return jurisdictions.get(jurisdiction).contains("!");
    }

    @Override
    public boolean objects(int jurisdiction) {
        return jurisdictions.get(jurisdiction).contains("?");
    }

    @Override
    public int jurisdiction(String code) {
        return number(jurisdictions, code);
    }

    private static <T> int number(List<T> known, T value) {
        synchronized (known) {
            if (!known.contains(value)) {
                known.add(value);
            }
            return known.indexOf(value);
        }
    }

    /** How many scopes were ever given a number. */
    int scopes() {
        return scopes.size();
    }

    @Override
    public String jurisdiction(int number) {
        return jurisdictions.get(number).replace("!", "").replace("?", "");
    }

    @Override
    public long ask(TenantId tenant, SubjectId subject, long[] asked, int from, long now) {
        long answer = standing(tenant, subject) & 0xFFFF_FFFFL;
        for (int i = from; i < Math.min(asked.length, from + MOST_SCOPES); i++) {
            long level = levels.getOrDefault(subject, Map.of()).getOrDefault(scopes.get((int) asked[i]), NONE);
            answer |= level << 32 + 2 * (i - from);
        }
        return answer;
    }

    @Override
    public long standing(TenantId tenant, SubjectId subject) {
        return standings.getOrDefault(subject, UNKNOWN);
    }
}
