using System.Globalization;
using System.Text;
using CsCheck;

namespace Baeum.Tests;

public sealed class CsvTableTests
{
    [Fact]
    public void TypesAreInferredColumnByColumn()
    {
        var table = CsvTable.Parse("name,age,score,empty\n\"Kim, Min\",31,1.5e2,\n이,NA,-3,\n\n\"a \"\"b\"\"\nc\",, 7 ,\n");
        Assert.Equal(3, table.RowCount);
        Assert.Equal(["name", "age", "score", "empty"], table.Names);
        Assert.Equal([false, true, true, false], table.Columns.Select(c => c.IsNumeric));
        Assert.Equal(["Kim, Min", "이", "a \"b\"\nc"], table["name"].Texts);
        Assert.Equal([31, double.NaN, double.NaN], table["age"].Numbers);
        Assert.Equal([150, -3, 7], table["score"].Numbers);
        Assert.Equal(2, table["age"].MissingCount);
        Assert.Equal(3, table["empty"].MissingCount);
        Assert.Contains("'이'", Assert.Throws<InvalidOperationException>(() => CsvTable.Parse("x\n1\n이").Column(0).Numbers).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("utf-8", false)]
    [InlineData("utf-8", true)]
    [InlineData("utf-16", true)]
    [InlineData("utf-16BE", true)]
    [InlineData("ks_c_5601-1987", false)]
    public void TheEncodingIsFoundOut(string name, bool mark)
    {
        var encoding = CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        using var folder = new TemporaryFolder();
        byte[] bytes = [.. mark ? encoding.GetPreamble() : [], .. encoding.GetBytes("이름,값\r\n한글똠방각하,3\r\n")];
        var table = CsvTable.Read(folder.Write("표.csv", bytes));
        Assert.Equal(["이름", "값"], table.Names);
        Assert.Equal("한글똠방각하", table["이름"].Texts[0]);
        Assert.Equal(3, table["값"].Numbers[0]);
    }

    [Fact]
    public void ErrorsNameFileLineAndColumn()
    {
        using var folder = new TemporaryFolder();
        var ragged = Assert.Throws<DataFileException>(() => CsvTable.Read(folder.Write("a.csv", "x,y\n\"1\n2\",3\n4\n")));
        Assert.Equal((4, 2), (ragged.Line, ragged.Column));
        Assert.Contains("a.csv, line 4, column 2: 2 cells were expected", ragged.Message, StringComparison.Ordinal);
        var open = Assert.Throws<DataFileException>(() => CsvTable.Parse("x,y\n1,\"2\n"));
        Assert.Equal((2, 3), (open.Line, open.Column));
        var after = Assert.Throws<DataFileException>(() => CsvTable.Parse("x,y\n1,\"2\"3\n"));
        Assert.Equal((2, 6), (after.Line, after.Column));
        Assert.Throws<DataFileException>(() => CsvTable.Parse(""));
        Assert.Throws<DataFileException>(() => CsvTable.Read(folder.File("absent.csv")));
        Assert.Throws<DataFileException>(() => CsvTable.Read(folder.Write("b.csv", [(byte)'x', (byte)'\n', 0xff, 0xff, 0x81])));
        Assert.Contains("near are weight", Assert.Throws<ArgumentException>(() => CsvTable.Parse("weight\n1")["wieght"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AHeaderMayRepeatANameOrBeAbsent()
    {
        var table = CsvTable.Parse("a,a\n1,2\n");
        Assert.Equal(1, table["a"].Numbers[0]);
        Assert.Equal(2, table.Column(1).Numbers[0]);
        Assert.Equal(["0", "1"], CsvTable.Parse("1;2\n3;4", ';', header: false).Names);
        Assert.Throws<ArgumentException>(() => table.Column(2));
    }

    [Fact]
    public void ColumnsBecomeTensors()
    {
        var table = CsvTable.Parse("a,b,c,name\n1,2,3,x\n4,5,,y\n");
        Assertions.Close(Tensor.From([[2.0, 1], [5, 4]]), table.ToTensor(["b", "a"], DType.Float64), 0);
        Assertions.Close(Tensor.From([[1f, 2], [4, 5]]), table.ToTensor(..2), 0);
        Assert.Contains("row 1", Assert.Throws<DataFileException>(() => table.ToTensor(["c"])).Message, StringComparison.Ordinal);
        Assert.Contains("'name'", Assert.Throws<DataFileException>(() => table.ToTensor(["name"])).Message, StringComparison.Ordinal);
        var complete = table.Where(row => !table["c"].IsMissing(row));
        Assertions.Close(Tensor.From([[3f]]), complete.ToTensor(["c"]), 0);
        var (classes, ids) = CsvTable.Parse("s\nb\na\nb")["s"].Encode();
        Assert.Equal(["a", "b"], classes);
        Assert.Equal([1, 0, 1], ids);
    }

    /// <summary>Whatever stands in the cells, writing and reading gives it back, in every culture.</summary>
    [Fact]
    public void WhatIsWrittenIsRead()
    {
        var cell = Gen.OneOf(Gen.String[Gen.Char["ab,\"\r\n; \t똠"], 0, 6], Gen.Double.Select(d => d.ToString("R", CultureInfo.InvariantCulture)));
        Gen.Select(cell.Array[1, 4].SelectMany(first => cell.Array[first.Length].List[0, 4].Select(rows => (first, rows))), Gen.Char[",;\t"]).Sample((table, delimiter) =>
        {
            var columns = table.first.Select((name, i) => new CsvColumn(name, [.. table.rows.Select(row => row[i])]));
            var read = CsvTable.Parse(new CsvTable(columns).ToText(delimiter), delimiter);
            Assert.Equal(table.first.Select(name => name.Trim()), read.Names);
            for (int i = 0; i < table.first.Length; i++) Assert.Equal(table.rows.Select(row => row[i]), read.Column(i).Texts);
        }, iter: 2000);
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("de-DE");
            var table = new CsvTable([new CsvColumn("x", [0.5, double.NaN, 1e-300])]);
            Assert.Equal([0.5, double.NaN, 1e-300], CsvTable.Parse(table.ToText())["x"].Numbers);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void TheCoursesTablesHaveTheirFigures()
    {
        Assert.Equal(["concrete", "digits", "iris", "iris_tiny", "nba_rookies", "seoul_temperature", "weight_height"], CourseData.Names);
        (string Name, int Rows, int Columns)[] sizes =
            [("concrete", 1030, 9), ("digits", 1797, 65), ("iris", 150, 7), ("iris_tiny", 30, 7), ("nba_rookies", 12, 4), ("seoul_temperature", 365, 2), ("weight_height", 24, 2)];
        foreach (var (name, rows, columns) in sizes)
        {
            var table = CourseData.Table(name);
            Assert.Equal((rows, columns), (table.RowCount, table.Columns.Count));
            Assert.All(table.Columns, column => Assert.True(column.IsNumeric && column.MissingCount == 0));
        }
        var temperature = CourseData.Table("seoul_temperature")["temperature"].Numbers;
        Assert.Equal(12.2974125, temperature.Average(), 7);
        Assert.Equal((5.333333333, -2.388888889), (temperature[0], temperature[^1]));
        Assert.Equal(126.4083, CourseData.Table("weight_height")["height"].Numbers.Average(), 4);
        Assert.All(Enumerable.Range(0, 150), row => Assert.Equal(1, CourseData.Table("iris").Columns.Skip(4).Sum(c => c.Numbers[row])));
        Assert.Equal(6, CourseData.Table("nba_rookies")["drafted"].Numbers.Sum());
        Assert.All(CourseData.Table("digits").Columns.Take(64), column => Assert.All(column.Numbers, pixel => Assert.InRange(pixel, 0, 16)));
        Assert.Contains("iris_tiny", Assert.Throws<ArgumentException>(() => CourseData.Table("iris_tinny")).Message, StringComparison.Ordinal);
    }
}
