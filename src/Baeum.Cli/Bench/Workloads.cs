namespace Baeum.Cli.Bench;

/// <summary>All workloads, in the order in which they are printed.</summary>
internal static class Workloads
{
    internal static IReadOnlyList<Workload> All { get; } = [.. KernelWorkloads.All, .. TrainingWorkloads.All, .. SequenceWorkloads.All, .. ModelWorkloads.All, .. CourseWorkloads.All, .. TokenizerWorkloads.All, .. TokenizerTrainingWorkloads.All];
}
