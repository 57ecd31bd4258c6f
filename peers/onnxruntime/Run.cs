using Microsoft.ML.OnnxRuntime;

namespace OnnxRuntimePeer;

/// <summary>An encoder in a session of ONNX Runtime, with one input and a place for its output.</summary>
internal sealed class Run : IDisposable
{
    private readonly InferenceSession session;
    private readonly RunOptions options = new();
    private readonly OrtValue input, output;

    internal Run(Encoder encoder, Sizes sizes, Form form, int threads, float[] values)
    {
        using var settings = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        session = new InferenceSession(encoder.ToOnnx(form), settings);
        long[] shape = [sizes.Batch, sizes.Length, sizes.Width];
        Output = new float[values.Length];
        (input, output) = (OrtValue.CreateTensorValueFromMemory(values, shape), OrtValue.CreateTensorValueFromMemory(Output, shape));
    }

    internal float[] Output { get; }

    internal void Step() => session.Run(options, ["x"], [input], ["y"], [output]);

    public void Dispose()
    {
        output.Dispose();
        input.Dispose();
        options.Dispose();
        session.Dispose();
    }
}
