namespace Baeum.Tests.Operations;

/// <summary>All operations of the engine; a new one adds one line to its family.</summary>
public static partial class OperationCatalogue
{
    public static IReadOnlyList<OperationCase> All { get; } =
    [
        .. Arithmetic,
        .. LossCases,
        .. SequenceCases,
        .. Unary,
        .. Activations,
        .. BinaryMath,
        .. Comparisons,
        .. Reductions,
        .. Views,
        .. Joining,
        .. Selection,
        .. Sorting,
        .. Linalg,
        .. Einsums,
        .. Products,
        .. Convolutions,
        .. Poolings,
        .. Normalisations,
        .. Tables,
    ];

    public static TheoryData<OperationCase> Cases => [.. All];

    public static TheoryData<OperationCase> WithReference => [.. All.Where(c => c.Reference is not null)];

    public static TheoryData<OperationCase> WithGradient => [.. All.Where(c => c.HasGradient)];

    public static TheoryData<OperationCase> TwiceDifferentiable => [.. All.Where(c => c.IsTwiceDifferentiable)];
}
