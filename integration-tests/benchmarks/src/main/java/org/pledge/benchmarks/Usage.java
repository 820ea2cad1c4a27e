package org.pledge.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What processes use, as Linux counts it. */
final class Usage {
    private static final long NANOS_PER_TICK = 10_000_000;
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private Usage() {}

    /** The CPU time of this process, in nanoseconds. */
    static long ownCpu() {
        return SYSTEM.getProcessCpuTime();
    }

    /** The CPU time of a process and everything that it started, in nanoseconds, to 10 ms. */
    static long cpu(long pid) {
        return family(pid).mapToLong(Usage::cpuAlone).sum();
    }

    private static long cpuAlone(long pid) {
        String stat = read(pid, "stat");
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).trim().split(" ");
        return fields.length < 13 ? 0 : (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * NANOS_PER_TICK;
    }

    /** The memory of a process and everything that it started, in megabytes. */
    static long residentMegabytes(long pid) {
        return family(pid)
                        .flatMap(each -> read(each, "status").lines())
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .sum()
                / 1024;
    }

    /** Megabytes that are free for new processes. */
    static long availableMegabytes() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
            return lines.filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How much of the last ten seconds somebody waited for a processor, in words. */
    static String pressure() {
        Path file = Path.of("/proc/pressure/cpu");
        try {
            return Files.exists(file)
                    ? Files.readString(file).split("avg10=")[1].split(" ")[0] + " %"
                    : "unknown";
        } catch (IOException e) {
            return "unknown";
        }
    }

    private static Stream<Long> family(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .map(ProcessHandle::pid);
    }

    private static String read(long pid, String file) {
        try {
            return Files.readString(Path.of("/proc", String.valueOf(pid), file));
        } catch (NoSuchFileException e) {
            return ")"; // it has ended
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
