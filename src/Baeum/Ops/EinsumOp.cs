using System.Globalization;

namespace Baeum;

/// <summary>Einstein's summation, reduced to permutations, sums and batched matrix products; gradients are theirs.</summary>
internal static class EinsumOp
{
    /// <summary>A tensor whose dimensions carry labels: letters, or -1, -2, ... for those of an ellipsis, counted from its end.</summary>
    private readonly record struct Term(Tensor Tensor, int[] Labels)
    {
        internal int Size(int label) => Tensor.Shape[Array.IndexOf(Labels, label)];
    }

    internal static Tensor Apply(string equation, IReadOnlyList<Tensor> operands)
    {
        string compact = equation.Replace(" ", "", StringComparison.Ordinal);
        var sides = compact.Split("->");
        var inputs = sides[0].Split(',');
        if (sides.Length > 2 || operands.Count == 0) throw Fault(equation, "expected inputs, optionally \"->\" and an output, and at least one operand");
        if (inputs.Length != operands.Count) throw Fault(equation, $"names {inputs.Length} operands, but {operands.Count} were given");
        var terms = new List<Term>();
        var sizes = new Dictionary<int, (int Size, int Operand)>();
        for (int i = 0; i < inputs.Length; i++)
        {
            int[] labels = Labels(equation, inputs[i], operands[i], i);
            Measure(equation, operands, i, labels, sizes);
            terms.Add(WithoutRepeats(new(operands[i], labels)));
        }
        int[] output = sides.Length == 2 ? Output(equation, sides[1], sizes) : Implicit(compact, sizes);

        while (terms.Count > 1)
        {
            var (a, b) = Cheapest(terms, output);
            var (left, right) = (terms[a], terms[b]);
            terms.RemoveAt(b);
            terms.RemoveAt(a);
            terms.Insert(a, Contract(left, right, label => output.Contains(label) || terms.Exists(t => t.Labels.Contains(label))));
        }
        var result = SumOut(terms[0], label => output.Contains(label));
        return result.Tensor.Permute(Array.ConvertAll(output, label => Array.IndexOf(result.Labels, label)));
    }

    private static int[] Labels(string equation, string text, Tensor operand, int number)
    {
        int dots = text.IndexOf("...", StringComparison.Ordinal);
        string letters = dots < 0 ? text : text.Remove(dots, 3);
        foreach (char c in letters)
        {
            if (!char.IsAsciiLetter(c)) throw Fault(equation, $"'{c}' in the labels \"{text}\" of operand {number} is no letter");
        }
        int hidden = operand.Rank - letters.Length;
        if (hidden < 0 || (hidden > 0 && dots < 0)) throw Fault(equation, $"operand {number} has shape {operand.Shape}, {operand.Rank} dimensions, but its labels \"{text}\" name {letters.Length}");
        if (dots < 0) return [.. letters.Select(c => (int)c)];
        return [.. letters[..dots].Select(c => (int)c), .. Enumerable.Range(-hidden, hidden), .. letters[dots..].Select(c => (int)c)];
    }

    private static void Measure(string equation, IReadOnlyList<Tensor> operands, int number, int[] labels, Dictionary<int, (int Size, int Operand)> sizes)
    {
        for (int d = 0; d < labels.Length; d++)
        {
            int size = operands[number].Shape[d], twin = operands[number].Shape[Array.IndexOf(labels, labels[d])];
            if (twin != size) throw Fault(equation, $"{Name(labels[d])} stands twice at operand {number} {operands[number].Shape}, with sizes {twin} and {size}");
            if (!sizes.TryGetValue(labels[d], out var known) || known.Size == 1) sizes[labels[d]] = (size, number);
            else if (size != known.Size && size != 1)
                throw Fault(equation, $"{Name(labels[d])} has size {known.Size} in operand {known.Operand} {operands[known.Operand].Shape} and {size} in operand {number} {operands[number].Shape}");
        }
    }

    private static int[] Output(string equation, string text, Dictionary<int, (int Size, int Operand)> sizes)
    {
        int dots = text.IndexOf("...", StringComparison.Ordinal);
        string letters = dots < 0 ? text : text.Remove(dots, 3);
        for (int i = 0; i < letters.Length; i++)
        {
            if (!sizes.ContainsKey(letters[i])) throw Fault(equation, $"the output names '{letters[i]}', which no operand has");
            if (letters.IndexOf(letters[i], StringComparison.Ordinal) < i) throw Fault(equation, $"the output names '{letters[i]}' twice");
        }
        int[] hidden = dots < 0 ? [] : [.. sizes.Keys.Where(label => label < 0).Order()];
        int before = Math.Max(dots, 0);
        return [.. letters[..before].Select(c => (int)c), .. hidden, .. letters[before..].Select(c => (int)c)];
    }

    /// <summary>Without "->": the ellipsis, then the letters that stand once, in alphabetical order.</summary>
    private static int[] Implicit(string inputs, Dictionary<int, (int Size, int Operand)> sizes) =>
        [.. sizes.Keys.Where(label => label < 0 || inputs.IndexOf((char)label, StringComparison.Ordinal) == inputs.LastIndexOf((char)label)).Order()];

    /// <summary>Labels that stand twice at one operand take its diagonal.</summary>
    private static Term WithoutRepeats(Term term)
    {
        for (int d = 0; d < term.Labels.Length; d++)
        {
            int label = term.Labels[d], other = Array.IndexOf(term.Labels, label, d + 1);
            if (other < 0) continue;
            int[] rest = [.. term.Labels.Where((_, i) => i != d && i != other), label];
            return WithoutRepeats(new(term.Tensor.Diagonal(0, d, other), rest));
        }
        return term;
    }

    /// <summary>The pair whose product grows least: contractions that shrink come first.</summary>
    private static (int A, int B) Cheapest(List<Term> terms, int[] output)
    {
        var best = (0, 1);
        double least = double.PositiveInfinity;
        for (int a = 0; terms.Count > 2 && a < terms.Count; a++)
        {
            for (int b = a + 1; b < terms.Count; b++)
            {
                double size = 1;
                foreach (int label in terms[a].Labels.Union(terms[b].Labels))
                {
                    bool stays = output.Contains(label) || terms.Where((_, i) => i != a && i != b).Any(t => t.Labels.Contains(label));
                    if (stays) size *= Math.Max(terms[a].Labels.Contains(label) ? terms[a].Size(label) : 1, terms[b].Labels.Contains(label) ? terms[b].Size(label) : 1);
                }
                double growth = size - terms[a].Tensor.Count - terms[b].Tensor.Count;
                if (growth < least) (least, best) = (growth, (a, b));
            }
        }
        return best;
    }

    private static Term Contract(Term a, Term b, Func<int, bool> stays)
    {
        // a dimension of size one broadcasts: it belongs to the other operand alone
        (a, b) = (Narrowed(a, b), Narrowed(b, a));
        a = SumOut(a, label => b.Labels.Contains(label) || stays(label));
        b = SumOut(b, label => a.Labels.Contains(label) || stays(label));
        int[] shared = [.. a.Labels.Where(b.Labels.Contains)];
        int[] batch = [.. shared.Where(stays)], inner = [.. shared.Except(batch)];
        int[] rows = [.. a.Labels.Except(shared)], columns = [.. b.Labels.Except(shared)];
        int[] labels = [.. batch, .. rows, .. columns];
        if (inner.Length == 0)
        {
            var left = Arrange(a, [.. batch, .. rows]);
            for (int i = 0; i < columns.Length; i++) left = left.Unsqueeze(-1);
            var right = Arrange(b, [.. batch, .. columns]);
            for (int i = 0; i < rows.Length; i++) right = right.Unsqueeze(batch.Length);
            return new(left * right, labels);
        }
        int m = Product(a, rows), k = Product(a, inner), n = Product(b, columns);
        int[] sizes = Array.ConvertAll(batch, a.Size);
        var product = Arrange(a, [.. batch, .. rows, .. inner]).Reshape(Shape.Own([.. sizes, m, k]))
            .MatMul(Arrange(b, [.. batch, .. inner, .. columns]).Reshape(Shape.Own([.. sizes, k, n])));
        return new(product.Reshape(Shape.Own([.. sizes, .. rows.Select(a.Size), .. columns.Select(b.Size)])), labels);
    }

    private static Term Narrowed(Term term, Term other)
    {
        foreach (int label in term.Labels)
        {
            if (term.Size(label) == 1 && other.Labels.Contains(label) && other.Size(label) != 1)
                return Narrowed(new(term.Tensor.Squeeze(Array.IndexOf(term.Labels, label)), [.. term.Labels.Where(l => l != label)]), other);
        }
        return term;
    }

    private static Term SumOut(Term term, Func<int, bool> stays)
    {
        int[] dims = [.. Enumerable.Range(0, term.Labels.Length).Where(d => !stays(term.Labels[d]))];
        return dims.Length == 0 ? term : new(term.Tensor.Sum(dims), [.. term.Labels.Where(stays)]);
    }

    private static Tensor Arrange(Term term, int[] labels) => term.Tensor.Permute(Array.ConvertAll(labels, label => Array.IndexOf(term.Labels, label)));

    private static int Product(Term term, int[] labels)
    {
        int product = 1;
        foreach (int label in labels) product *= term.Size(label);
        return product;
    }

    private static string Name(int label) => label < 0 ? string.Create(CultureInfo.InvariantCulture, $"dimension {label} of the ellipsis") : $"label '{(char)label}'";

    private static ArgumentException Fault(string equation, string what) => new($"Einsum: \"{equation}\": {what}.");
}
