package org.pledge.sharing.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.sharing.NoticeService.Answer;
import org.pledge.sharing.NoticeService.Contact;
import org.pledge.sharing.NoticeService.Notice;
import org.pledge.sharing.NoticeService.Recipient;
import org.pledge.sharing.NoticeService.State;
import org.pledge.sharing.Outbox.Kind;
import org.pledge.sharing.Partner;
import org.pledge.sharing.SharingService.Disclosure;
import org.pledge.sharing.spi.NoticeStore;
import org.pledge.sharing.spi.SharingStore.Position;

/** Says of everybody who received something about a person how they were told and what they answered. */
record Answers(NoticeStore store, PartnerTable partners) {
    private static final int PAGE = 500;
    private static final Set<Kind> RESTRICTIONS = EnumSet.of(Kind.RESTRICTION, Kind.RESTRICTION_LIFTED);
    private static final Set<Kind> REMOVING = EnumSet.of(Kind.WITHDRAWAL, Kind.CORRECTION);

    List<Recipient> of(TenantId tenant, SubjectId subject, Instant now) {
        Map<String, List<Notice>> notices = notices(tenant, subject).stream()
                .filter(notice -> REMOVING.contains(notice.kind()) && notice.state() != State.SUPERSEDED)
                .collect(Collectors.groupingBy(Notice::partner));
        Map<String, List<Disclosure>> disclosures = store.sent(tenant, subject).stream()
                .collect(Collectors.groupingBy(Disclosure::partner, TreeMap::new, Collectors.toList()));
        List<Recipient> recipients = new ArrayList<>();
        disclosures.forEach((partner, sent) ->
                recipients.add(recipient(partner, sent, notices.getOrDefault(partner, List.of()), now)));
        return recipients.stream()
                .map(one -> with(one, contact(tenant, one.partner(), notices.getOrDefault(one.partner(), List.of()))))
                .toList();
    }

    /** Those that were told by notices of a kind, written from one instant to another. */
    List<Recipient> told(TenantId tenant, SubjectId subject, Kind kind, Instant from, Instant until, Instant now) {
        List<Recipient> recipients = new ArrayList<>();
        notices(tenant, subject).stream()
                .filter(notice -> notice.kind() == kind && notice.state() != State.SUPERSEDED)
                .filter(notice ->
                        !notice.created().isBefore(from) && !notice.created().isAfter(until))
                .collect(Collectors.groupingBy(Notice::partner, TreeMap::new, Collectors.toList()))
                .forEach((partner, told) -> {
                    Set<UUID> about = told.stream()
                            .flatMap(notice -> notice.disclosures().stream())
                            .collect(Collectors.toSet());
                    recipients.add(with(
                            answered(partner, about.size(), true, told, last(told), now),
                            contact(tenant, partner, told)));
                });
        return recipients;
    }

    /** How those stand to the last word who were told of a restriction or of its end. */
    List<Recipient> restricted(TenantId tenant, SubjectId subject, Instant now) {
        List<Recipient> recipients = new ArrayList<>();
        notices(tenant, subject).stream()
                .filter(notice -> RESTRICTIONS.contains(notice.kind()) && notice.state() != State.SUPERSEDED)
                .collect(Collectors.groupingBy(Notice::partner, TreeMap::new, Collectors.toList()))
                .forEach((partner, told) -> {
                    Set<Notice> last = last(told);
                    Set<UUID> about = last.stream()
                            .flatMap(notice -> notice.disclosures().stream())
                            .collect(Collectors.toSet());
                    recipients.add(with(
                            answered(partner, about.size(), true, List.copyOf(last), last, now),
                            contact(tenant, partner, List.copyOf(last))));
                });
        return recipients;
    }

    /** Those that were asked for a request; who had no answer when it was closed is still awaited. */
    List<Recipient> asked(TenantId tenant, SubjectId subject, UUID request, Instant now) {
        return notices(tenant, subject).stream()
                .filter(notice -> Notices.isQuestion(notice, request))
                .sorted(Comparator.comparing(Notice::partner))
                .map(notice -> with(
                        answered(
                                notice.partner(),
                                notice.disclosures().size(),
                                true,
                                List.of(notice),
                                Set.of(notice),
                                now),
                        contact(tenant, notice.partner(), List.of(notice))))
                .toList();
    }

    private static Recipient with(Recipient one, Contact contact) {
        return new Recipient(
                one.partner(), one.answer(), one.disclosures(), one.answered(), one.ground(), one.overdue(), contact);
    }

    private Contact contact(TenantId tenant, String partner, List<Notice> notices) {
        List<Notice> open =
                notices.stream().filter(notice -> !notice.answered()).toList();
        return new Contact(
                partners.find(tenant, partner).map(Partner::connector).orElse(""),
                first(notices.stream().flatMap(notice -> notice.delivered().stream())),
                first(open.stream().map(Notice::created)),
                first(open.stream()
                        .filter(notice ->
                                notice.attempts() > 0 || notice.silence().reminders() > 0)
                        .flatMap(notice ->
                                notice.delivered().or(() -> notice.silence().since()).stream())),
                (int) open.stream()
                        .filter(notice -> notice.state() == State.PARKED)
                        .count(),
                notices.stream()
                        .mapToInt(notice -> notice.silence().reminders())
                        .max()
                        .orElse(0),
                open.stream().anyMatch(notice -> notice.silence().escalated()));
    }

    private static Optional<Instant> first(Stream<Instant> instants) {
        return instants.min(Comparator.naturalOrder());
    }

    private List<Notice> notices(TenantId tenant, SubjectId subject) {
        List<Notice> all = new ArrayList<>();
        List<Notice> page = store.noticesOfSubject(tenant, subject, Optional.empty(), PAGE);
        while (!page.isEmpty()) {
            all.addAll(page);
            Notice last = page.get(page.size() - 1);
            page = store.noticesOfSubject(tenant, subject, Optional.of(new Position(last.created(), last.id())), PAGE);
        }
        return all;
    }

    private static Recipient recipient(String partner, List<Disclosure> sent, List<Notice> notices, Instant now) {
        boolean told = sent.stream().allMatch(disclosure -> isTold(disclosure, notices));
        List<Notice> corrections = notices.stream()
                .filter(notice -> notice.kind() == Kind.CORRECTION)
                .toList();
        return answered(partner, sent.size(), told, notices, last(corrections), now);
    }

    /** Those that nothing newer was said after, about the same field of the same disclosure. */
    private static Set<Notice> last(List<Notice> notices) {
        Map<List<Object>, Notice> last = new HashMap<>();
        notices.stream().sorted(Comparator.comparing(Notice::created)).forEach(notice -> notice.disclosures()
                .forEach(disclosure -> {
                    Set<String> fields = notice.fields().isEmpty() ? Set.of("") : notice.fields();
                    fields.forEach(field -> last.put(List.of(disclosure, field), notice));
                }));
        return new HashSet<>(last.values());
    }

    /** What was answered to earlier notices, and to others, is no answer to the last ones. */
    private static Recipient answered(
            String partner, int disclosures, boolean told, List<Notice> notices, Set<Notice> last, Instant now) {
        Optional<Notice> refused =
                last.stream().filter(notice -> notice.ground().isPresent()).max(Comparator.comparing(Notice::created));
        Answer answer;
        if (!told) {
            answer = Answer.UNTOLD;
        } else if (!notices.stream().allMatch(Notice::answered)) {
            answer = Answer.AWAITED;
        } else {
            answer = refused.isPresent() ? Answer.REFUSED : Answer.CONFIRMED;
        }
        boolean settled = answer == Answer.CONFIRMED || answer == Answer.REFUSED;
        return new Recipient(
                partner,
                answer,
                disclosures,
                last.stream()
                        .flatMap(notice -> notice.confirmed().stream())
                        .max(Comparator.naturalOrder())
                        .filter(any -> settled),
                refused.flatMap(Notice::ground),
                notices.stream().anyMatch(notice -> !notice.answered() && !now.isBefore(notice.due())));
    }

    /** A withdrawal does not tell that the data is gone, and a correction of one field not that the others are. */
    private static boolean isTold(Disclosure disclosure, List<Notice> notices) {
        return notices.stream()
                .filter(notice ->
                        notice.kind() == Kind.CORRECTION && notice.disclosures().contains(disclosure.id()))
                .flatMap(notice -> notice.fields().stream())
                .collect(Collectors.toSet())
                .containsAll(disclosure.fields());
    }
}
