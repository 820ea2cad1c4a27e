package org.pledge.policy.internal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.folder.Place;
import org.pledge.policy.Decision;
import org.pledge.policy.Policy;
import org.pledge.policy.PolicyMatrix;
import org.pledge.policy.PolicyService;
import org.pledge.yaml.Fields;
import org.pledge.yaml.Problems;
import org.pledge.yaml.YamlText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks every policy in force the questions of {@code questions.yaml}, which is read again whenever it changes. */
@Component(configurationPid = "org.pledge.policy")
public final class DefaultPolicyMatrix implements PolicyMatrix {
    private static final Logger LOG = LoggerFactory.getLogger(DefaultPolicyMatrix.class);

    private record Loaded(long size, FileTime modified, List<Question> questions) {
        private static final Loaded NOTHING = new Loaded(-1, FileTime.fromMillis(0), List.of());
    }

    private final PolicyService policies;
    private final Path file;
    private final AtomicReference<Loaded> loaded = new AtomicReference<>(Loaded.NOTHING);

    /** Reads the questions when they are asked for. */
    @Activate
    public DefaultPolicyMatrix(@Reference PolicyService policies, PackFolder.Config config) {
        this(policies, Place.directory(config.directory()));
    }

    /** As the other, with another directory. */
    public DefaultPolicyMatrix(PolicyService policies, Path directory) {
        this.policies = policies;
        this.file = directory.resolve("questions.yaml");
    }

    @Override
    public List<Question> questions() {
        Loaded before = loaded.get();
        try {
            long size = Files.size(file);
            FileTime modified = Files.getLastModifiedTime(file);
            if (size == before.size() && modified.equals(before.modified())) {
                return before.questions();
            }
            Problems problems = new Problems(file.getFileName().toString());
            List<Question> questions = read(Files.readString(file, StandardCharsets.UTF_8), problems);
            if (problems.any()) {
                LOG.warn("the questions stay as they were: {}", problems.list().get(0));
                questions = before.questions();
            }
            loaded.set(new Loaded(size, modified, questions));
            return questions;
        } catch (IOException e) {
            LOG.debug("no questions: {}", e.toString());
            return before.questions();
        }
    }

    @Override
    public List<Answer> answers() {
        List<Policy> inForce = policies.policies();
        return questions().stream()
                .flatMap(question -> inForce.stream().map(policy -> answer(policy, question)))
                .toList();
    }

    @Override
    public Answer answer(Policy policy, Question question) {
        return new Answer(policy.tenant(), policy.prefix(), policy.version(), question, decide(policy, question));
    }

    static Decision decide(Policy policy, Question question) {
        return question.legalCase()
                .map(ground -> Answers.byCase(policy, ground, question.recipient(), question.data()))
                .orElseGet(() -> Answers.byConsent(
                        policy,
                        question.recipient(),
                        question.purpose(),
                        question.data(),
                        question.consent(),
                        policy.jurisdictions().get(0)));
    }

    static List<Question> read(String yaml, Problems problems) {
        List<Question> questions = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        YamlText.read(yaml, "pledge: 1", problems).ifPresent(mapping -> {
            Fields root = Fields.root(mapping, problems).only("questions");
            root.required("questions");
            for (Fields fields : root.blocks("questions")) {
                fields.only("id", "text", "recipient", "purpose", "data", "consent", "case");
                Question question = new Question(
                        fields.text("id"),
                        fields.text("text"),
                        fields.text("recipient"),
                        fields.text("purpose"),
                        fields.someOf("data"),
                        fields.choice("consent", PackDisclosures.NEEDS).orElse(Policy.Need.NOTHING),
                        fields.has("case")
                                ? fields.choice("case", Fields.words(Policy.Ground.class))
                                : Optional.empty());
                if (!ids.add(question.id())) {
                    fields.problem("id", "this question is there twice.", "Give it an id of its own.");
                }
                questions.add(question);
            }
        });
        return List.copyOf(questions);
    }
}
