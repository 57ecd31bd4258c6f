using Baeum.Cli.Verify;

namespace Baeum.Tests.Models;

/// <summary>Tiny models of every family beside what transformers computed with them.</summary>
public sealed class ModelGoldenTests
{
    private static readonly Dictionary<string, Comparison> All = Book.Below(Goldens.Path("models")).SelectMany(book => Families.Of(book)!).ToDictionary(comparison => comparison.Name);

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory, MemberData(nameof(Names))]
    public void The_figures_are_those_of_transformers(string name)
    {
        Assert.NotNull(All[name].Check);
        Outcome outcome = All[name].Check!();
        Assert.True(outcome.Ok, $"{name}: {outcome.Error:E1} > {outcome.Tolerance:E1} at {outcome.Where}");
    }
}
