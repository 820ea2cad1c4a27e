package org.pledge.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** From nothing to the first answer, and the memory afterwards, against the same Karaf that only says hello. */
final class Starting {
    private static final long IDLE_SECONDS = 15;

    private final Path archive;
    private final Path folder;
    private final int rounds;

    Starting(Path archive, Path folder, int rounds) {
        this.archive = archive;
        this.folder = folder;
        this.rounds = rounds;
    }

    private record Start(double seconds, double cpuSeconds, double megabytes) {}

    void run(Table table) throws IOException, InterruptedException {
        try (Karaf ours = Karaf.unpack(archive, folder.resolve("start-ours"));
                Karaf hello = Karaf.unpack(archive, folder.resolve("start-hello"))
                        .helloOnly(HelloBundle.writeFeature(folder))) {
            Start first = start(ours, "/api/v1/health", "\"UP\"");
            Start firstHello = start(hello, "/api/hello", "hello");
            List<Start> own = new ArrayList<>();
            List<Start> floor = new ArrayList<>();
            for (int round = 0; round < rounds; round++) {
                own.add(start(ours, "/api/v1/health", "\"UP\""));
                floor.add(start(hello, "/api/hello", "hello"));
            }
            Start best = best(own);
            Start bestHello = best(floor);
            String against = "Karaf + CXF hello";
            table.ratio(
                    "start to the first 200",
                    best.seconds(),
                    against,
                    bestHello.seconds(),
                    " s",
                    Goal.atMost(1.5, "x"));
            table.ratio("  CPU", best.cpuSeconds(), against, bestHello.cpuSeconds(), " s", Goal.NONE);
            table.ratio("first start, which installs", first.seconds(), against, firstHello.seconds(), " s", Goal.NONE);
            table.ratio("  CPU", first.cpuSeconds(), against, firstHello.cpuSeconds(), " s", Goal.NONE);
            table.value("idle memory (resident)", best.megabytes(), " MB", Goal.atMost(450, " MB"));
            table.ratio("  against", best.megabytes(), against, bestHello.megabytes(), " MB", Goal.NONE);
        }
    }

    private static Start start(Karaf karaf, String path, String word) throws IOException, InterruptedException {
        double seconds = karaf.start(path, word) / 1e9;
        double cpuSeconds = Usage.cpu(karaf.pid()) / 1e9;
        TimeUnit.SECONDS.sleep(IDLE_SECONDS);
        double megabytes = Usage.residentMegabytes(karaf.pid());
        karaf.stop();
        return new Start(seconds, cpuSeconds, megabytes);
    }

    /** The fastest and the leanest of several starts. */
    private static Start best(List<Start> starts) {
        return new Start(
                starts.stream().mapToDouble(Start::seconds).min().orElseThrow(),
                starts.stream().mapToDouble(Start::cpuSeconds).min().orElseThrow(),
                starts.stream().mapToDouble(Start::megabytes).min().orElseThrow());
    }
}
