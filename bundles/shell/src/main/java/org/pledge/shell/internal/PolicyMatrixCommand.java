package org.pledge.shell.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.TenantId;
import org.pledge.policy.Decision;
import org.pledge.policy.PolicyMatrix;

/** Asks every policy the same questions. */
@Service
@Command(
        scope = "policy",
        name = "matrix",
        description = "Asks every policy the same questions",
        detailedDescription =
                """
            Example: policy:matrix
            Example: policy:matrix --tenant korax --why
            Example: policy:matrix --output json
            The table has a column for each policy; json and csv have a row for each question and policy, with all facts.
            """)
public final class PolicyMatrixCommand extends PledgeCommand {
    /** Leaves room for the answers of five policies within 160 columns. */
    private static final int QUESTION_WIDTH = 36;

    @Option(name = "--tenant", description = "Only this tenant")
    @Completion(TenantCompleter.class)
    String tenant;

    @Option(name = "--why", description = "Also says why, a line for each answer")
    boolean why;

    @Override
    int run() {
        Optional<TenantId> only = Optional.ofNullable(tenant).map(this::inForce);
        List<PolicyMatrix.Answer> answers = service(PolicyMatrix.class).answers().stream()
                .filter(a -> only.isEmpty() || a.tenant().equals(only.get()))
                .toList();
        if (!forPeople()) {
            print(facts(answers));
            return 0;
        }
        print(overview(answers));
        if (why) {
            out().println();
            answers.forEach(a -> out().println(a.question().id() + " " + a.prefix() + "  " + reason(a.decision())));
        }
        return 0;
    }

    /** A row for each question, a column for each policy; a long question goes on in the rows below. */
    private Rows overview(List<PolicyMatrix.Answer> answers) {
        List<String> prefixes =
                answers.stream().map(PolicyMatrix.Answer::prefix).distinct().toList();
        List<String> columns = new ArrayList<>(List.of("", "Question"));
        columns.addAll(prefixes);
        Rows rows = new Rows(columns);
        for (PolicyMatrix.Question question :
                answers.stream().map(PolicyMatrix.Answer::question).distinct().toList()) {
            List<String> lines = noFormat ? List.of(question.text()) : lines(question.text());
            List<String> first = new ArrayList<>(List.of(question.id(), lines.get(0)));
            for (String prefix : prefixes) {
                first.add(answers.stream()
                        .filter(a -> a.prefix().equals(prefix) && a.question().equals(question))
                        .map(a -> verdict(a.decision()) + " "
                                + Rows.words(a.decision().promises()))
                        .findFirst()
                        .orElse(""));
            }
            rows.addAll(first);
            for (String line : lines.subList(1, lines.size())) {
                List<String> more = new ArrayList<>(List.of("", line));
                prefixes.forEach(prefix -> more.add(""));
                rows.addAll(more);
            }
        }
        return rows;
    }

    private static Rows facts(List<PolicyMatrix.Answer> answers) {
        Rows rows = new Rows(
                "Question",
                "Asked",
                "Recipient",
                "Purpose",
                "Data",
                "Tenant",
                "Prefix",
                "Version",
                "Answer",
                "Promises",
                "Fields",
                "Why",
                "Remedy");
        for (PolicyMatrix.Answer answer : answers) {
            PolicyMatrix.Question question = answer.question();
            Decision decision = answer.decision();
            Optional<Decision.Denied> denied =
                    decision instanceof Decision.Denied no ? Optional.of(no) : Optional.empty();
            rows.add(
                    question.id(),
                    question.text(),
                    question.recipient(),
                    question.purpose(),
                    question.data(),
                    answer.tenant(),
                    answer.prefix(),
                    answer.version(),
                    verdict(decision),
                    decision.promises(),
                    decision instanceof Decision.Permitted yes ? yes.fields() : Set.of(),
                    denied.map(no -> no.reasons().get(0).text()),
                    denied.map(Decision.Denied::remedy).filter(remedy -> !remedy.isEmpty()));
        }
        return rows;
    }

    private static String verdict(Decision decision) {
        return decision instanceof Decision.Permitted ? "PERMITTED" : "DENIED";
    }

    private static String reason(Decision decision) {
        return decision instanceof Decision.Denied denied
                ? sentence(denied)
                : "PERMITTED by " + Rows.words(decision.promises()) + ": "
                        + Rows.words(((Decision.Permitted) decision).fields());
    }

    private static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (!line.isEmpty() && line.length() + 1 + word.length() > QUESTION_WIDTH) {
                lines.add(line.toString());
                line.setLength(0);
            }
            line.append(line.isEmpty() ? "" : " ").append(word);
        }
        lines.add(line.toString());
        return lines;
    }
}
