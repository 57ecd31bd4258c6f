using System.Runtime.InteropServices;
using System.Text;

namespace OnnxRuntimePeer;

/// <summary>A message of Protocol Buffers, written field by field; the numbers of the fields are those of onnx.proto.</summary>
internal sealed class OnnxMessage
{
    private const int VariableInteger = 0, Delimited = 2, FourBytes = 5;
    private readonly MemoryStream stream = new();

    internal byte[] ToArray() => stream.ToArray();

    internal OnnxMessage Integer(int field, long value)
    {
        Tag(field, VariableInteger);
        Variable((ulong)value);
        return this;
    }

    internal OnnxMessage Real(int field, float value)
    {
        Tag(field, FourBytes);
        stream.Write(BitConverter.GetBytes(value));
        return this;
    }

    internal OnnxMessage Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    internal OnnxMessage Message(int field, OnnxMessage value) => Bytes(field, value.stream.GetBuffer().AsSpan(0, (int)value.stream.Length));

    internal OnnxMessage Bytes(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, Delimited);
        Variable((ulong)value.Length);
        stream.Write(value);
        return this;
    }

    private void Tag(int field, int kind) => Variable((ulong)(field << 3 | kind));

    private void Variable(ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }
}

/// <summary>An ONNX model of one graph with the input "x" and the output "y".</summary>
internal sealed class OnnxModel
{
    private const int RealType = 1, IntegerType = 7, RealAttribute = 1, IntegerAttribute = 2, IntegersAttribute = 7;
    private readonly OnnxMessage model = new();
    private int count;

    internal OnnxModel(params long[] shape)
    {
        model.Integer(1, 11); // the version of the format
        model.Message(8, new OnnxMessage().Text(1, "").Integer(2, 23));
        model.Message(8, new OnnxMessage().Text(1, "com.microsoft").Integer(2, 1));
        model.Message(7, new OnnxMessage().Text(2, "encoder"));
        ToGraph(11, Value("x", shape));
        ToGraph(12, Value("y", shape));
    }

    internal byte[] ToArray() => model.ToArray();

    internal string Constant(float[] values, params long[] shape) => Constant(RealType, MemoryMarshal.AsBytes(values.AsSpan()), shape);

    internal string Constant(params long[] values) => Constant(IntegerType, MemoryMarshal.AsBytes(values.AsSpan()), [values.Length]);

    /// <summary>Adds an operation and returns its output's name; an attribute is an int, a float or an int[].</summary>
    internal string Node(string operation, string[] inputs, params (string Name, object Value)[] attributes) => Nodes(operation, inputs, 1, attributes)[0];

    internal string[] Nodes(string operation, string[] inputs, int outputs, params (string Name, object Value)[] attributes)
    {
        var node = new OnnxMessage();
        foreach (string input in inputs) node.Text(1, input);
        string[] names = [.. Enumerable.Range(0, outputs).Select(_ => NewName())];
        foreach (string name in names) node.Text(2, name);
        int dot = operation.LastIndexOf('.');
        node.Text(4, operation[(dot + 1)..]).Text(7, dot < 0 ? "" : operation[..dot]);
        foreach (var (name, value) in attributes)
        {
            var attribute = new OnnxMessage().Text(1, name);
            if (value is float real) attribute.Real(2, real).Integer(20, RealAttribute);
            else if (value is int integer) attribute.Integer(3, integer).Integer(20, IntegerAttribute);
            else
            {
                foreach (int each in (int[])value) attribute.Integer(8, each);
                attribute.Integer(20, IntegersAttribute);
            }
            node.Message(5, attribute);
        }
        ToGraph(1, node);
        return names;
    }

    /// <summary>Names a value as the graph's output.</summary>
    internal void Output(string value) => ToGraph(1, new OnnxMessage().Text(1, value).Text(2, "y").Text(4, "Identity"));

    private string Constant(int type, ReadOnlySpan<byte> data, long[] shape)
    {
        string name = NewName();
        var tensor = new OnnxMessage();
        foreach (long size in shape) tensor.Integer(1, size);
        ToGraph(5, tensor.Integer(2, type).Text(8, name).Bytes(9, data));
        return name;
    }

    private static OnnxMessage Value(string name, long[] shape)
    {
        var sizes = new OnnxMessage();
        foreach (long size in shape) sizes.Message(1, new OnnxMessage().Integer(1, size));
        return new OnnxMessage().Text(1, name).Message(2, new OnnxMessage().Message(1, new OnnxMessage().Integer(1, RealType).Message(2, sizes)));
    }

    // readers merge the pieces of a message that occurs more than once
    private void ToGraph(int field, OnnxMessage value) => model.Message(7, new OnnxMessage().Message(field, value));

    private string NewName() => FormattableString.Invariant($"v{count++}");
}
