package org.pledge.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays the story against a running platform: one request, five policies, five answers.
 *
 * <p>Arguments: {@code --pledge} the launcher, {@code --url} of the interface, {@code --data} a folder of its own, and
 * {@code --check} to stop the partners at the end.
 */
public final class Demo {
    private final Path pledge;
    private final String url;
    private final Path data;
    private final boolean check;

    private Demo(Path pledge, String url, Path data, boolean check) {
        this.pledge = pledge;
        this.url = url;
        this.data = data;
        this.check = check;
    }

    /** Exits with 0 when every step went as the policies say. */
    public static void main(String[] arguments) throws IOException {
        List<String> given = List.of(arguments);
        Demo demo = new Demo(
                Path.of(after(given, "--pledge")),
                after(given, "--url"),
                Path.of(after(given, "--data")),
                given.contains("--check"));
        System.exit(demo.run() ? 0 : 1);
    }

    private static String after(List<String> arguments, String option) {
        return arguments.get(arguments.indexOf(option) + 1);
    }

    private boolean run() throws IOException {
        Stage stage = new Stage(pledge, url, data, !check);
        try {
            boolean passed = play(stage);
            if (!check) {
                next(stage);
            }
            return passed;
        } finally {
            if (check) {
                stage.close();
            }
        }
    }

    private boolean play(Stage stage) {
        Path policies = Stage.policies(pledge);
        Story story = stage.story();
        List<Story.Step> played = new ArrayList<>();
        for (JsonNode question : Yaml.read(policies.resolve("questions.yaml")).path("questions")) {
            String id = question.path("id").asText();
            System.out.println();
            System.out.println(id + "  " + question.path("text").asText());
            for (Tenant tenant : stage.tenants()) {
                JsonNode right = Yaml.read(policies.resolve(tenant.name() + ".answers.yaml"))
                        .path("answers")
                        .path(id);
                played.add(told(tenant, story.play(tenant, question, right)));
            }
        }
        System.out.println();
        System.out.println(
                "A card: in plain text, encrypted, charged for marketing, looked at, deleted, asked for again");
        Tenant anonymizer = named(stage, "anonymizer");
        new CardStory(anonymizer, stage::shell).play().forEach(step -> played.add(told(anonymizer, step)));
        long passed = played.stream().filter(Story.Step::passed).count();
        long failed = played.size() - passed;
        for (String stray : story.strayConnections()) {
            failed++;
            System.out.println("FAILED: " + stray);
        }
        if (check) {
            System.out.println();
            System.out.println(passed + " passed, " + failed + " failed");
        } else {
            System.out.println();
            System.out.println(failed == 0 ? "Every answer is the one its policy gives." : failed + " steps failed.");
        }
        return failed == 0;
    }

    private static Story.Step told(Tenant tenant, Story.Step step) {
        System.out.printf("    %-12s %s%n", tenant.name(), step.sentence());
        if (!step.passed()) {
            System.out.println("                 FAILED: " + step.fault());
        }
        return step;
    }

    private static Tenant named(Stage stage, String name) {
        return stage.tenants().stream()
                .filter(tenant -> tenant.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void next(Stage stage) {
        Tenant korax = named(stage, "korax");
        System.out.println();
        System.out.println("The platform is running:");
        System.out.println("  REST          " + url);
        System.out.println("  documentation " + url + "/docs/");
        System.out.println("  credentials   " + stage.credentials());
        System.out.println("Three commands to try next:");
        System.out.println("  ./pledge shell 'policy:matrix'");
        System.out.println("  ./pledge shell 'sharing:explain --tenant korax " + korax.subject()
                + " parcelway delivery name email'");
        System.out.println("  ./pledge shell 'audit:verify --tenant korax'");
    }
}
