namespace OnnxRuntimePeer;

internal sealed record Sizes(int Batch, int Length, int Width, int Heads, int Inner, int Layers)
{
    internal int HeadSize => Width / Heads;
    internal int Rows => Batch * Length;
}

/// <summary>Ways to write the encoder as a graph.</summary>
internal enum Form
{
    /// <summary>Operations of the ONNX standard over [batch · length, width], so that Gemm adds the biases.</summary>
    Standard,

    /// <summary>ONNX Runtime's own operations over [batch, length, width]: MultiHeadAttention, BiasGelu and SkipLayerNormalization.</summary>
    Fused,

    /// <summary>As Standard with MultiHeadAttention, the fastest and so the one timed: on CPUs SkipLayerNormalization is slower than its parts.</summary>
    Mixed,
}

/// <summary>The encoder of peers/libtorch with random weights: as a graph and, to check it, as plain loops.</summary>
internal sealed class Encoder
{
    private const float Epsilon = 1e-12f;
    private readonly Sizes sizes;
    private readonly Layer[] layers;

    internal Encoder(Sizes sizes, Random random)
    {
        this.sizes = sizes;
        int width = sizes.Width, inner = sizes.Inner;
        layers = [.. Enumerable.Range(0, sizes.Layers).Select(_ => new Layer(
            new Linear(width, 3 * width, random), new Linear(width, width, random), new Norm(width, random),
            new Linear(width, inner, random), new Linear(inner, width, random), new Norm(width, random)))];
    }

    internal byte[] ToOnnx(Form form)
    {
        int width = sizes.Width, heads = sizes.Heads, headSize = sizes.HeadSize;
        float scale = 1 / MathF.Sqrt(headSize);
        var graph = new OnnxModel(sizes.Batch, sizes.Length, width);
        if (form == Form.Fused)
        {
            string x = "x";
            foreach (var (projection, output, norm1, wide, narrow, norm2) in layers)
            {
                string[] parts = [.. projection.Split(3).Select(part => Multiply(part, x)), Vector(projection.Bias)];
                x = NormalizeSum(norm1, x, output, MultiHeadAttention(parts));
                x = NormalizeSum(norm2, x, narrow, graph.Node("com.microsoft.BiasGelu", [Multiply(wide, x), Vector(wide.Bias)]));
            }
            graph.Output(x);
        }
        else
        {
            string rows = graph.Constant(sizes.Rows, width), sequences = graph.Constant(sizes.Batch, sizes.Length, width);
            string x = graph.Node("Reshape", ["x", rows]);
            Func<Linear, string, string> attend = form == Form.Mixed ? AttendMixed : AttendStandard(graph);
            foreach (var (projection, output, norm1, wide, narrow, norm2) in layers)
            {
                string attended = graph.Node("Reshape", [attend(projection, x), rows]);
                x = Normalize(norm1, graph.Node("Add", [x, Apply(output, attended)]));
                x = Normalize(norm2, graph.Node("Add", [x, Apply(narrow, graph.Node("Gelu", [Apply(wide, x)]))]));
            }
            graph.Output(graph.Node("Reshape", [x, sequences]));

            string AttendMixed(Linear projection, string x) =>
                MultiHeadAttention([.. projection.Split(3).Select(part => graph.Node("Reshape", [Apply(part, x), sequences]))]);
        }
        return graph.ToArray();

        string Vector(float[] values) => graph.Constant(values, values.Length);
        string Matrix(Linear linear) => graph.Constant(linear.Weight, linear.Inputs, linear.Outputs);
        string Multiply(Linear linear, string x) => graph.Node("MatMul", [x, Matrix(linear)]);
        string Apply(Linear linear, string x) => graph.Node("Gemm", [x, Matrix(linear), Vector(linear.Bias)]);
        string MultiHeadAttention(string[] parts) => graph.Node("com.microsoft.MultiHeadAttention", parts, ("num_heads", heads), ("scale", scale));

        string Normalize(Norm norm, string x) =>
            graph.Node("LayerNormalization", [x, Vector(norm.Weight), Vector(norm.Bias)], ("axis", -1), ("epsilon", Epsilon));

        string NormalizeSum(Norm norm, string skipped, Linear linear, string x) => graph.Node("com.microsoft.SkipLayerNormalization",
            [Multiply(linear, x), skipped, Vector(norm.Weight), Vector(norm.Bias), Vector(linear.Bias)], ("epsilon", Epsilon));

        Func<Linear, string, string> AttendStandard(OnnxModel graph)
        {
            string apart = graph.Constant(sizes.Batch, sizes.Length, heads, headSize), factor = graph.Constant([scale], 1);
            return (projection, x) =>
            {
                string[] parts = graph.Nodes("Split", [Apply(projection, x)], 3, ("axis", -1), ("num_outputs", 3));
                string Heads(int part, params int[] order) => graph.Node("Transpose", [graph.Node("Reshape", [parts[part], apart])], ("perm", order));
                string scores = graph.Node("Mul", [graph.Node("MatMul", [Heads(0, 0, 2, 1, 3), Heads(1, 0, 2, 3, 1)]), factor]);
                string attended = graph.Node("MatMul", [graph.Node("Softmax", [scores], ("axis", -1)), Heads(2, 0, 2, 1, 3)]);
                return graph.Node("Transpose", [attended], ("perm", new[] { 0, 2, 1, 3 }));
            };
        }
    }

    internal double[] Compute(float[] input)
    {
        double[] x = Array.ConvertAll(input, value => (double)value);
        foreach (var (projection, output, norm1, wide, narrow, norm2) in layers)
        {
            x = norm1.Apply(Sum(x, output.Apply(Attend(projection.Apply(x)))), Epsilon);
            double[] hidden = Array.ConvertAll(wide.Apply(x), Gelu);
            x = norm2.Apply(Sum(x, narrow.Apply(hidden)), Epsilon);
        }
        return x;

        static double[] Sum(double[] a, double[] b) => [.. a.Zip(b, (left, right) => left + right)];
        static double Gelu(double value) => value * (1 + Erf(value / Math.Sqrt(2))) / 2;
    }

    private double[] Attend(double[] projected)
    {
        int length = sizes.Length, width = sizes.Width, size = sizes.HeadSize;
        var attended = new double[sizes.Rows * width];
        for (int row = 0; row < sizes.Rows; row++)
        {
            int first = row / length * length;
            for (int column = 0; column < width; column += size)
            {
                var shares = new double[length];
                for (int seen = 0; seen < length; seen++)
                    for (int i = column; i < column + size; i++)
                        shares[seen] += projected[row * 3 * width + i] * projected[(first + seen) * 3 * width + width + i];
                shares = Array.ConvertAll(shares, score => Math.Exp(score / Math.Sqrt(size)));
                double total = shares.Sum();
                for (int seen = 0; seen < length; seen++)
                    for (int i = column; i < column + size; i++)
                        attended[row * width + i] += shares[seen] / total * projected[(first + seen) * 3 * width + 2 * width + i];
            }
        }
        return attended;
    }

    /// <summary>The error function by its series, which suffices where |x| is small, and 1 beyond.</summary>
    private static double Erf(double x)
    {
        if (Math.Abs(x) > 4) return Math.Sign(x);
        double term = x, sum = x;
        for (int n = 1; n < 120; n++)
        {
            term *= -x * x / n;
            sum += term / (2 * n + 1);
        }
        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    private sealed record Layer(Linear Projection, Linear Output, Norm Norm1, Linear Wide, Linear Narrow, Norm Norm2);

    private sealed record Linear(int Inputs, int Outputs, float[] Weight, float[] Bias)
    {
        internal Linear(int inputs, int outputs, Random random)
            : this(inputs, outputs, Draw(inputs * outputs, 1 / MathF.Sqrt(inputs), random), Draw(outputs, 1 / MathF.Sqrt(inputs), random)) { }

        internal Linear[] Split(int parts)
        {
            int count = Outputs / parts;
            return [.. Enumerable.Range(0, parts).Select(part => new Linear(Inputs, count,
                [.. Weight.Chunk(Outputs).SelectMany(row => row[(part * count)..((part + 1) * count)])], Bias[(part * count)..((part + 1) * count)]))];
        }

        internal double[] Apply(double[] x)
        {
            var y = new double[x.Length / Inputs * Outputs];
            for (int row = 0; row < x.Length / Inputs; row++)
                for (int column = 0; column < Outputs; column++)
                {
                    double sum = Bias[column];
                    for (int i = 0; i < Inputs; i++) sum += x[row * Inputs + i] * Weight[i * Outputs + column];
                    y[row * Outputs + column] = sum;
                }
            return y;
        }
    }

    private sealed record Norm(float[] Weight, float[] Bias)
    {
        internal Norm(int width, Random random) : this(Array.ConvertAll(Draw(width, 0.5f, random), value => 1 + value), Draw(width, 0.5f, random)) { }

        internal double[] Apply(double[] x, double epsilon) => [.. x.Chunk(Weight.Length).SelectMany(row =>
        {
            double mean = row.Average(), deviation = Math.Sqrt(row.Average(value => (value - mean) * (value - mean)) + epsilon);
            return row.Select((value, i) => (value - mean) / deviation * Weight[i] + Bias[i]);
        })];
    }

    internal static float[] Draw(int count, float bound, Random random)
    {
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = bound * (2 * random.NextSingle() - 1);
        return values;
    }
}
