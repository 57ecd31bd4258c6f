using System.Globalization;
using System.Text;

namespace Baeum;

/// <summary>Tables of a model's layers.</summary>
public static class ModelSummary
{
    /// <summary>
    /// Runs a model on zeros and describes its layers: output shapes, parameters, multiply-adds and memory, in lines of at most 80 characters.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="inputShape">The shape of an input, batch included.</param>
    /// <param name="inputType">Its type: Int64 for models that begin with an embedding.</param>
    public static string Summary(this Layer model, Shape inputShape, DType? inputType = null)
    {
        var input = Tensor.Zeros(inputShape, inputType ?? model.Parameters().FirstOrDefault()?.DType ?? DType.Float32);
        return Build(model, rows => Visit(model, "", input, rows));
    }

    /// <summary>As <see cref="Summary(Layer, Shape, DType?)"/> for models with several inputs or outputs: the function runs the model.</summary>
    public static string Summary(this Module model, Func<Tensor> forward) => Build(model, rows =>
    {
        rows.Add(new Row("", model));
        var y = forward();
        rows[0].Shape = y.Shape;
        return y;
    });

    private static string Build(Module model, Func<List<Row>, Tensor> run)
    {
        var parameters = model.Parameters();
        var frozen = parameters.Where(p => !p.RequiresGrad).ToArray();
        bool wasTraining = model.IsTraining;
        var before = Autograd.SetRecording(true);
        var rows = new List<Row>();
        try
        {
            foreach (var parameter in frozen) parameter.RequiresGrad = true;
            model.Eval();
            var y = run(rows);
            if (y.node is not null) Fill(rows, Consumers(y.node));
        }
        finally
        {
            Autograd.SetRecording(before);
            foreach (var parameter in frozen) parameter.RequiresGrad = false;
            if (wasTraining) model.Train();
        }
        return Print(Expand(rows), parameters, frozen);
    }

    private sealed class Row(string name, Module module)
    {
        internal string Name { get; } = name;

        internal Module Module { get; } = module;

        internal Shape? Shape { get; set; }

        internal long MultiplyAdds { get; set; }

        internal List<Row> Parts { get; } = [.. module is Sequential ? [] : module.NamedModules().Where(m => m.Value != module).Select(m => new Row(name.Length == 0 ? m.Name : $"{name}.{m.Name}", m.Value))];

        /// <summary>Parameters of the module itself, not of its parts.</summary>
        internal Tensor[] Own => [.. Module.NamedParameters().Where(p => !Parts.Any(part => part.Module.NamedParameters().Any(q => ReferenceEquals(q.Value, p.Value)))).Select(p => p.Value)];
    }

    /// <summary>Runs layers one by one where they stand in a row, so that those without parameters are seen too.</summary>
    private static Tensor Visit(Layer layer, string name, Tensor x, List<Row> rows)
    {
        if (layer is Sequential sequence)
        {
            for (int i = 0; i < sequence.Layers.Count; i++) x = Visit(sequence.Layers[i], string.Create(CultureInfo.InvariantCulture, $"{name}{(name.Length == 0 ? "" : ".")}{i}"), x, rows);
            return x;
        }
        var row = new Row(name, layer);
        rows.Add(row);
        var y = layer.Forward(x);
        row.Shape = y.Shape;
        return y;
    }

    private static IEnumerable<Row> Expand(IEnumerable<Row> rows) => rows.SelectMany(row => row.Parts.Where(part => part.Shape is not null && part.Own.Length > 0).Prepend(row));

    /// <summary>Which operations use the result of which.</summary>
    private static Dictionary<Node, List<Node>> Consumers(Node last)
    {
        var consumers = new Dictionary<Node, List<Node>>();
        var open = new Stack<Node>([last]);
        var seen = new HashSet<Node> { last };
        while (open.TryPop(out var node))
        {
            if (node is LeafNode) continue;
            for (int i = 0; i < node.InputCount; i++)
            {
                if (node.Input(i) is not { } input) continue;
                if (!consumers.TryGetValue(input, out var list)) consumers[input] = list = [];
                list.Add(node);
                if (seen.Add(input)) open.Push(input);
            }
        }
        return consumers;
    }

    /// <summary>A layer's output is that of the operation that uses its parameters.</summary>
    private static void Fill(IEnumerable<Row> rows, Dictionary<Node, List<Node>> consumers)
    {
        foreach (var row in rows)
        {
            Fill(row.Parts, consumers);
            foreach (var parameter in row.Own) Use(row, parameter.node!, parameter.Shape, consumers);
        }
    }

    private static void Use(Row row, Node node, Shape weight, Dictionary<Node, List<Node>> consumers)
    {
        foreach (var user in consumers.GetValueOrDefault(node) ?? [])
        {
            if (user is ReshapeOp or PermuteOp or SliceOp or ExpandOp)
            {
                Use(row, user, user.ShapeOf(0), consumers);
                continue;
            }
            var output = user.ShapeOf(0);
            row.Shape ??= output;
            if (weight.Rank < 2 || user is EmbeddingOp || output.Rank == 0) continue;
            // A matrix meets every position of the output once; the units of the output are its rows. Transposed, a kernel meets those of the input.
            int units = user is RecurrentOp ? output[^1] : weight[0];
            long positions = user is ConvInputOp transposed ? transposed.Placements : output.Count / Math.Max(1, units);
            row.MultiplyAdds += positions * weight.Count;
        }
    }

    private static string Print(IEnumerable<Row> rows, Tensor[] parameters, Tensor[] frozen)
    {
        const string line = "------------------------------------------------------------------------------";
        var text = new StringBuilder();
        text.AppendLine(line).AppendLine(Line("layer", "output shape", "parameters", "multiply-adds")).AppendLine(line);
        long multiplyAdds = 0, outputs = 0;
        foreach (var row in rows)
        {
            bool isWhole = row.Parts.Any(part => part.Shape is not null && part.Own.Length > 0);
            long count = row.Own.Sum(p => (long)p.Count);
            multiplyAdds += row.MultiplyAdds;
            if (!isWhole) outputs += row.Shape?.Count ?? 0;
            string name = row.Name.Length == 0 ? row.Module.GetType().Name : $"{row.Name} ({row.Module.GetType().Name})";
            text.AppendLine(Line(name, row.Shape?.ToString() ?? "", isWhole && count == 0 ? "" : Number(count), isWhole && row.MultiplyAdds == 0 ? "" : Number(row.MultiplyAdds)));
        }
        long total = parameters.Sum(p => (long)p.Count), held = frozen.Sum(p => (long)p.Count), bytes = parameters.Sum(p => p.ByteCount);
        int size = parameters.Length == 0 ? 4 : parameters[0].DType.ByteSize();
        text.AppendLine(line)
            .Append("parameters: ").Append(Number(total)).Append(held > 0 ? $", {Number(held)} of them frozen" : "").Append("; multiply-adds: ").AppendLine(Number(multiplyAdds))
            .Append("memory: parameters ").Append(Size(bytes)).Append(", outputs of the layers ").AppendLine(Size(outputs * size))
            .Append(line);
        return text.ToString().ReplaceLineEndings("\n");
    }

    private static string Line(string name, string shape, string count, string work)
    {
        const int nameWidth = 30, shapeWidth = 20, numberWidth = 13;
        return $"{Cut(name, nameWidth),-nameWidth} {Cut(shape, shapeWidth),-shapeWidth} {count,numberWidth - 1} {work,numberWidth}".TrimEnd();
    }

    /// <summary>Keeps the end, which tells more than the beginning.</summary>
    private static string Cut(string text, int width) => text.Length <= width ? text : "…" + text[^(width - 1)..];

    private static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes < 1 << 20
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.0} KB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1048576.0:0.0} MB");
}
