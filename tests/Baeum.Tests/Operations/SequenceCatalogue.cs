namespace Baeum.Tests.Operations;

public static partial class OperationCatalogue
{
    private static OperationCase[] SequenceCases => [];
}
