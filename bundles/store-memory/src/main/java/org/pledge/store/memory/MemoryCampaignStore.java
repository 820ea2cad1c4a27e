package org.pledge.store.memory;

import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.campaign.CampaignService.Answer;
import org.pledge.campaign.CampaignService.Asking;
import org.pledge.campaign.CampaignService.Counts;
import org.pledge.campaign.CampaignService.Member;
import org.pledge.campaign.spi.CampaignStore;
import org.pledge.consent.ConsentService.Event;
import org.pledge.consent.ConsentService.Kind;
import org.pledge.subject.spi.SubjectStore.StoredPerson;

/** Who was asked and who declined, in maps, within the transactions of a {@link MemoryStore}. */
public final class MemoryCampaignStore implements CampaignStore {
    private record Key(TenantId tenant, int version, SubjectId subject) {}

    private record Asked(Asking asking, Instant at) {}

    private final Tables tables;
    private final Map<Key, Asked> asked = new HashMap<>();
    private final Map<Key, Instant> declined = new HashMap<>();

    /** Joins {@code store}. */
    public MemoryCampaignStore(MemoryStore store) {
        this.tables = store.tables();
    }

    @Override
    public boolean ask(TenantId tenant, int version, SubjectId subject, Asking asking, Instant at) {
        return putIfAbsent(asked, new Key(tenant, version, subject), new Asked(asking, at));
    }

    @Override
    public boolean decline(TenantId tenant, int version, SubjectId subject, Instant at) {
        return putIfAbsent(declined, new Key(tenant, version, subject), at);
    }

    private <T> boolean putIfAbsent(Map<Key, T> map, Key key, T value) {
        boolean absent = tables.get(map, key).isEmpty();
        if (absent) {
            tables.put(map, key, value);
        }
        return absent;
    }

    @Override
    public Optional<Member> member(TenantId tenant, int version, SubjectId subject) {
        return audience(tenant, version)
                .filter(member -> member.subject().equals(subject))
                .findFirst();
    }

    @Override
    public List<Member> members(
            TenantId tenant, int version, Optional<Answer> answer, Optional<SubjectId> after, int limit) {
        return audience(tenant, version)
                .filter(member -> answer.isEmpty() || member.answer() == answer.get())
                .filter(member -> after.isEmpty() || member.subject().compareTo(after.get()) > 0)
                .limit(limit)
                .toList();
    }

    @Override
    public List<SubjectId> unasked(TenantId tenant, int version, int limit) {
        return audience(tenant, version)
                .filter(member -> member.at().isEmpty() && member.answer() == Answer.UNANSWERED)
                .map(Member::subject)
                .limit(limit)
                .toList();
    }

    @Override
    public Counts counts(TenantId tenant, int version) {
        List<Member> all = audience(tenant, version).toList();
        return new Counts(
                all.size(),
                all.stream().filter(one -> one.asking() == Asking.QUEUED).count(),
                all.stream()
                        .filter(one -> one.asking() == Asking.REFUSED || one.asking() == Asking.UNREACHABLE)
                        .count(),
                answered(all, Answer.ACCEPTED),
                answered(all, Answer.DECLINED),
                answered(all, Answer.UNANSWERED));
    }

    private static long answered(List<Member> all, Answer answer) {
        return all.stream().filter(one -> one.answer() == answer).count();
    }

    private Stream<Member> audience(TenantId tenant, int version) {
        return tables.all(tables.people)
                .filter(person -> person.tenant().equals(tenant))
                .map(StoredPerson::id)
                .sorted(Comparator.naturalOrder())
                .filter(subject -> acceptances(tenant, subject).anyMatch(event -> event.policyVersion() < version))
                .map(subject -> member(new Key(tenant, version, subject)));
    }

    private Member member(Key key) {
        boolean accepted =
                acceptances(key.tenant(), key.subject()).anyMatch(event -> event.policyVersion() >= key.version());
        Answer otherwise = declined.containsKey(key) ? Answer.DECLINED : Answer.UNANSWERED;
        Optional<Asked> asking = Optional.ofNullable(asked.get(key));
        return new Member(
                key.subject(),
                asking.map(Asked::asking).orElse(Asking.NOT_YET),
                asking.map(Asked::at),
                accepted ? Answer.ACCEPTED : otherwise);
    }

    private Stream<Event> acceptances(TenantId tenant, SubjectId subject) {
        return tables.all(tables.events)
                .filter(event -> event.kind() == Kind.ACCEPTED
                        && event.tenant().equals(tenant)
                        && event.subject().equals(subject));
    }
}
