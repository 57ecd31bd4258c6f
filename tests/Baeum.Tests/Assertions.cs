using System.Globalization;

namespace Baeum.Tests;

internal static class Assertions
{
    /// <summary>Shapes are equal, and so are the elements up to |difference| / max(1, |expected|) within the tolerance; NaN equals NaN.</summary>
    internal static void Close(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.Shape, actual.Shape);
        var want = expected.Detach().To(DType.Float64).ToArray<double>();
        var got = actual.Detach().To(DType.Float64).ToArray<double>();
        for (int i = 0; i < want.Length; i++)
        {
            if (double.IsNaN(want[i]) && double.IsNaN(got[i]) || want[i] == got[i]) continue;
            double error = Math.Abs(want[i] - got[i]) / Math.Max(1, Math.Abs(want[i]));
            Assert.True(error <= tolerance, string.Create(CultureInfo.InvariantCulture, $"element {i}: expected {want[i]:R}, got {got[i]:R}, error {error:G3} > {tolerance:G3}"));
        }
    }
}

/// <summary>Switches recording on inside a NoGrad block.</summary>
internal static class Recording
{
    internal static IDisposable On() => new Switch(Autograd.SetRecording(true));

    private sealed class Switch(bool before) : IDisposable
    {
        public void Dispose() => Autograd.SetRecording(before);
    }
}
