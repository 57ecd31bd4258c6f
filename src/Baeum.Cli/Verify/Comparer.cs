namespace Baeum.Cli.Verify;

/// <summary>Gathers the largest error over all tensors of a case: |got - wanted| / max(1, |wanted|); integers and truth values must be equal.</summary>
internal sealed class Comparer(double tolerance)
{
    private double worst;
    private string where = "";

    internal Outcome Outcome => new(worst, tolerance, where);

    internal void Hold(string what, Tensor? got, Tensor wanted)
    {
        if (got is null)
            Note(double.PositiveInfinity, $"{what}: nothing was computed");
        // the books store a tensor without dimensions as one of a single element
        else if (!got.Shape.Equals(wanted.Shape) && !(got.Rank == 0 && wanted.Rank == 1 && wanted.Count == 1))
            Note(double.PositiveInfinity, $"{what}: shape {got.Shape} instead of {wanted.Shape}");
        else
            Hold(what, got.Detach().To(DType.Float64).ToArray<double>(), wanted.To(DType.Float64).ToArray<double>(), exact: !wanted.DType.IsFloatingPoint());
    }

    internal void Hold(string what, IReadOnlyList<double> got, IReadOnlyList<double> wanted, bool exact = false)
    {
        if (got.Count != wanted.Count)
        {
            Note(double.PositiveInfinity, FormattableString.Invariant($"{what}: {got.Count} values instead of {wanted.Count}"));
            return;
        }
        for (int i = 0; i < wanted.Count; i++)
        {
            // equal infinities agree, and so do two NaN
            double error = got[i].Equals(wanted[i]) ? 0
                : exact || double.IsNaN(got[i]) || double.IsNaN(wanted[i]) ? double.PositiveInfinity
                : Math.Abs(got[i] - wanted[i]) / Math.Max(1, Math.Abs(wanted[i]));
            if (error > worst)
                Note(error, FormattableString.Invariant($"{what}[{i}]: {got[i]:R} instead of {wanted[i]:R}"));
        }
    }

    /// <summary>The error relative to the wanted number, however small that is, divided by what more is allowed here.</summary>
    internal void HoldRelative(string what, double got, double wanted, double allowance = 1)
    {
        double error = Math.Abs(got - wanted) / Math.Max(double.Epsilon, Math.Abs(wanted)) / allowance;
        error = double.IsNaN(error) ? double.PositiveInfinity : error;
        if (error > worst)
            Note(error, FormattableString.Invariant($"{what}: {got:G9} instead of {wanted:G9}"));
    }

    private void Note(double error, string place)
    {
        if (error > worst || double.IsPositiveInfinity(error))
            (worst, where) = (error, place);
    }
}
