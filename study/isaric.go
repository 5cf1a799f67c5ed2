package study

import (
	"slices"
	"strings"
)

// The columns of the ISARIC record that are not text.
var isaricColumns = map[Type][]string{
	Date: strings.Fields(`assess_or_admit_date cestdat daily_dsstdat daily_lbdat dlvrdtc_rptestcd dsstdat dsstdtc
		hostdat hostdat_transfer hosttim influenza_2021_vaccined symp_or_assess_date`),
	Int: strings.Fields(`admission2onset admission_diabp_vsorres admission_week arm_participant calc_age comorb_count
		cxr_count daily_cpk_lbyn_2 first_wave hr_vsorres los los2 los_covid los_covid2 max_ferritin min_systolic
		onset2admission oxy_vsorres pews_crt pews_gcs pews_hr pews_o2_rx pews_rr pews_sbp pews_spo2 pews_temp
		pews_total rr_vsorres second_wave symptom_count symptom_missing_count sysbp_vsorres who_cardiac who_coag
		who_conjunct_rash who_criteria who_crp who_fever who_five_criteria who_gi who_hypotension`),
	Float: strings.Fields(`age_estimateyears apvs_weight assess_age assess_age_minus_age egestage_rptestcd estgest
		max_crp max_inr max_pt temp_vsorres daily_alt_lborres daily_aptt_lborres daily_ast_lborres daily_bil_lborres
		daily_bun_lborres daily_creat_lborres daily_crp_lborres daily_esr_lborres daily_ferr_lborres
		daily_glucose_lborres daily_haematocrit_lborres daily_hb_lborres daily_inr_lborres daily_lactate_lborres
		daily_ldh_lborres daily_lymp_lborres daily_neutro_lborres daily_plt_lborres daily_potassium_lborres
		daily_procal_lborres daily_pt_lborres daily_sodium_lborres daily_wbc_lborres`),
}

// readISARIC gives the type of one column of the ISARIC record. The names of
// its text columns are not checked.
func (d *definer) readISARIC(c *column) Type {
	name, ok := c.arguments["returning"].(string)
	if !ok {
		d.fault(c, "returning must be the name of an ISARIC column, got %s", quote(c.arguments["returning"]))
		c.broken = true
		return ""
	}
	c.variable.Returning = name
	if (c.arguments["between"] == nil) != (c.arguments["date_filter_column"] == nil) {
		d.fault(c, "between and date_filter_column must be given together")
	}
	for kind, names := range isaricColumns {
		if slices.Contains(names, name) {
			return kind
		}
	}
	return String
}
