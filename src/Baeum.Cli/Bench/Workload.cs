namespace Baeum.Cli.Bench;

/// <summary>Something to time, named as in the programs that time NumPy and PyTorch.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Prepare">Builds what a step needs and returns the step.</param>
/// <param name="Flops">Floating-point operations a step; 0: not told.</param>
/// <param name="Tokens">Tokens a step; 0: not told.</param>
/// <param name="Characters">Chars of text a step; null: not told.</param>
/// <param name="Missing">The file it needs and that is not there; null: it can run.</param>
/// <param name="Warm">Untimed steps before.</param>
/// <param name="Seconds">Least time over all repeats.</param>
/// <param name="Repeats">How often the mean of many steps is taken; their median is reported.</param>
internal sealed record Workload(string Name, Func<Action> Prepare, double Flops = 0, int Tokens = 0, Func<int>? Characters = null, string? Missing = null, int Warm = 5, double Seconds = 2, int Repeats = 7);
