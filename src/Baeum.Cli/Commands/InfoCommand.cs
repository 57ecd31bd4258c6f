using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Baeum.Course;
using Baeum.Kernels;

namespace Baeum.Cli.Commands;

/// <summary><c>./baeum info</c>: versions, processor, and what it can do at most.</summary>
internal sealed class InfoCommand : CliCommand
{
    private readonly Option<bool> json;

    internal InfoCommand() : base("info", "버전, 프로세서, SIMD", "versions, processor, SIMD") => json = Json();

    internal static string Version => typeof(InfoCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    internal override int Run(ParseResult given, CommandContext context)
    {
        (string Name, string Key, object Value)[] facts =
        [
            ("Baeum", "version", Version),
            (".NET", "runtime", RuntimeInformation.FrameworkDescription.Replace(".NET ", "", StringComparison.Ordinal)),
            (Messages.System, "system", $"{RuntimeInformation.OSDescription.Trim()}, {RuntimeInformation.ProcessArchitecture}"),
            (Messages.Processor, "processor", ProcessorName()),
            ("SIMD", "simd", Simd.Name),
            (Messages.Threads, "threads", Threads.Count),
            (Messages.PeakProducts, "peak_gflops", Math.Round(Peak.FusedMultiplyAdd(Threads.Count), 1)),
            (Messages.PeakProductsOne, "peak_gflops_one_thread", Math.Round(Peak.FusedMultiplyAdd(1), 1)),
            (Messages.PeakRead, "peak_gb_per_s", Math.Round(Peak.Read(Threads.Count), 1)),
        ];
        if (given.GetValue(json))
        {
            JsonOutput.Line(context.Results, writer =>
            {
                writer.WriteStartObject();
                foreach ((_, string key, object value) in facts)
                {
                    if (value is string text)
                        writer.WriteString(key, text);
                    else
                        writer.Number(key, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                }
                writer.WriteEndObject();
            });
            return ExitCode.Done;
        }
        foreach ((string name, _, object value) in facts)
            context.Results.WriteLine($"{TextLayout.PadRight(name, 22)} {string.Create(CultureInfo.InvariantCulture, $"{value}")}");
        return ExitCode.Done;
    }

    private static string ProcessorName()
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
                if (line is not null)
                    return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }
            if (OperatingSystem.IsMacOS())
            {
                using Process? sysctl = Process.Start(new ProcessStartInfo("sysctl", "-n machdep.cpu.brand_string") { RedirectStandardOutput = true });
                return sysctl?.StandardOutput.ReadToEnd().Trim() ?? Messages.Unknown;
            }
            return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? Messages.Unknown;
        }
        catch (Exception error) when (error is IOException or System.ComponentModel.Win32Exception or UnauthorizedAccessException)
        {
            return Messages.Unknown;
        }
    }
}
